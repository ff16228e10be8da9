"""All tests run on one thread each, and so does what they start.

The models here are so small that threads of one process cost more than they save: four times the time of one thread, on
two cores that have something else to do. A number of threads that is set stays.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read by torch when it is imported
