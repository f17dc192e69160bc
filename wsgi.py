"""What gunicorn and flask load: the app, made from the environment. A bad setting stops the start with clear lines."""

import gc
import sys

from b24xero import create_app, env_file, logs
from b24xero.config import BadSettings

env_file.read()
logs.set_up()
try:
    app = create_app()
except BadSettings as error:
    sys.exit(f"b24xero cannot start:\n{error}")
# All of this stays as long as the process: looked through by no collection any more, and so never copied by a fork.
gc.collect()
gc.freeze()
