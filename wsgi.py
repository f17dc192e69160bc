"""What gunicorn and flask load: the app, made from the environment. A bad setting stops the start with clear lines."""

import gc
import sys

# What is made now stays as long as the process. No collection looks through it meanwhile, nor afterwards: that would
# take a fifth of a page's time, and would copy what processes share after a fork.
gc.disable()

from b24xero import create_app, env_file, logs  # noqa: E402
from b24xero.config import BadSettings  # noqa: E402

env_file.read()
logs.set_up()
try:
    app = create_app()
except BadSettings as error:
    sys.exit(f"b24xero cannot start:\n{error}")
gc.collect()
gc.freeze()
gc.enable()
