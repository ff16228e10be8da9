"""Files by which a pushed model runs as a service; copied into repositories, never imported from them."""
