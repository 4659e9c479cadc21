"""Serves moto to those who may, and with its FIFO queues mended: serve_moto.py PORT POLICY.

Each signature is checked, and whether it is allowed: to `test` the actions of the policy (moto does
not look at resources of SNS and SQS), to `operator` everything.

moto 5.2.5 answers each request on a thread of its own, and
- looks once, when a receive begins to wait, which message groups are in flight: of two receives
  that wait, both get messages of one group;
- when several messages of a group have become visible again, gives a later one before the first;
- rebuilds a queue's list of messages when one is deleted: what is sent meanwhile is lost;
- counts all messages of a queue, several times, for each that is sent or received: a queue of some
  thousands stands still.
"""

import json
import sys
import threading
import time

from moto import settings
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.iam.models import iam_backends
from moto.server import main
from moto.sqs import models
from moto.sqs.models import Queue, SQSBackend

lock = threading.RLock()


def one_at_a_time(owner, name):
    original = getattr(owner, name)

    def locked(*arguments, **named):
        with lock:
            return original(*arguments, **named)

    setattr(owner, name, locked)


receive_at_once = SQSBackend.receive_message


def receive_message(self, queue_name, count, wait_seconds_timeout, *arguments, **named):
    queue = self.get_queue(queue_name)
    until = time.monotonic() + wait_seconds_timeout
    while True:
        with lock:
            for message in list(queue.pending_messages):
                if message.visible:
                    queue.pending_messages.discard(message)
            received = receive_at_once(self, queue_name, count, 0, *arguments, **named)
        if received or time.monotonic() >= until:
            return received
        time.sleep(0.01)


def count_only_when_asked(name):
    count = getattr(Queue, name).fget
    counted = property(lambda queue: count(queue) if getattr(asked, "now", False) else 0)
    setattr(Queue, name, counted)


asked = threading.local()
attributes_with_counts = SQSBackend.get_queue_attributes


def get_queue_attributes(*arguments, **named):
    asked.now = True
    try:
        return attributes_with_counts(*arguments, **named)
    finally:
        asked.now = False


SQSBackend.receive_message = receive_message
for name in ["add_message", "delete_message"]:
    one_at_a_time(Queue, name)
one_at_a_time(SQSBackend, "change_message_visibility")

SQSBackend.get_queue_attributes = get_queue_attributes
for name in ["messages", "messages_delayed", "messages_not_visible"]:
    count_only_when_asked("approximate_number_of_" + name)
SQSBackend.is_message_valid_based_on_retention_period = lambda *arguments: True
models.unix_time = time.time
models.unix_time_millis = lambda: time.time() * 1000


def allow(name, policy):
    users = iam_backends[ACCOUNT]["aws"]
    users.create_user("us-east-1", name)
    users.put_user_policy(name, "policy", json.dumps(policy))
    key = users.create_access_key(name)
    key.access_key_id, key.secret_access_key = name, name


with open(sys.argv[2]) as file:
    policy = json.load(file)
for statement in policy["Statement"]:
    statement["Resource"] = "*"
    # For AWS these are the same right; HeadBucket is how ListBucket is called here.
    batches = [action + "Batch" for action in statement["Action"]]
    heads = ["s3:HeadBucket"] if "s3:ListBucket" in statement["Action"] else []
    statement["Action"] += batches + heads
everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
allow("test", policy)
allow("operator", {"Version": "2012-10-17", "Statement": [everything]})
settings.INITIAL_NO_AUTH_ACTION_COUNT = 0

main(["--host", "127.0.0.1", "--port", sys.argv[1]])
