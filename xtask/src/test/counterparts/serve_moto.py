"""Serves moto, with its FIFO queues mended: serve_moto.py PORT.

moto 5.2.5 answers each request on a thread of its own, and
- looks once, when a receive begins to wait, which message groups are in flight: of two receives
  that wait, both get messages of one group;
- when several messages of a group have become visible again, gives a later one before the first;
- rebuilds a queue's list of messages when one is deleted: what is sent meanwhile is lost.
"""

import sys
import threading
import time

from moto.server import main
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


SQSBackend.receive_message = receive_message
for name in ["add_message", "delete_message"]:
    one_at_a_time(Queue, name)
one_at_a_time(SQSBackend, "change_message_visibility")

main(["--host", "127.0.0.1", "--port", sys.argv[1]])
