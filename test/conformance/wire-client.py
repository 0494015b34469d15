"""A service in another language: written from docs/wire.md alone, with pika. It asks the desk, answers as the desk, and listens.

usage: wire-client.py URL call ARTICLE | serve | listen
"""
import json, sys, time, uuid
from urllib.parse import quote, unquote

import pika

url, task, *words = sys.argv[1:]
channel = pika.BlockingConnection(pika.URLParameters(url)).channel()


def pack(**fields):
    return ";".join(f"{name}={quote(str(value), safe='_.@:/~+-')}" for name, value in fields.items())


def unpack(text):
    return {name: unquote(value) for name, _, value in (part.partition("=") for part in text.split(";"))}


def publish(exchange, key, body, **properties):
    meta = properties.pop("meta")
    channel.basic_publish(exchange, key, json.dumps(body).encode(), mandatory=True, properties=pika.BasicProperties(
        message_id=str(uuid.uuid4()), content_type="application/json", timestamp=int(time.time()), delivery_mode=2,
        headers={"x-msgctl": pack(f="python", i="p1", s=int(time.time() * 1000), **meta)}, **properties))


if task == "call":
    queue = f"shop.replies.python-{uuid.uuid4()}"
    channel.queue_declare(queue, exclusive=True, arguments={"x-queue-type": "classic"})
    channel.queue_bind(queue, "shop.replies", queue)
    publish("desk.inbox", "quote", {"article": words[0], "behave": words[1] if words[1:] else ""}, type="desk.quote",
            reply_to=f"{quote('shop.replies', safe='')}/{quote(queue, safe='')}", meta={"t": 5000})
    for method, properties, body in channel.consume(queue, auto_ack=True, inactivity_timeout=10):
        meta = unpack(properties.headers["x-msgctl"]) if properties else {}
        print(json.dumps({"status": meta.get("st"), "code": meta.get("e"), "body": json.loads(body or b"null")}))
        break

if task == "serve":
    channel.basic_qos(prefetch_count=20)
    print("ready", flush=True)
    for method, properties, body in channel.consume("desk.quote"):
        exchange, _, key = properties.reply_to.partition("/")
        publish(unquote(exchange), unquote(key), {"price": len(json.loads(body)["article"]), "by": "python"}, type=properties.type,
                correlation_id=properties.message_id, meta={"st": "response"})
        channel.basic_ack(method.delivery_tag)

if task == "listen":
    for method, properties, body in channel.consume("mail.desk.posted", inactivity_timeout=10):
        print(json.dumps({"type": properties.type, "from": unpack(properties.headers["x-msgctl"])["f"], "body": json.loads(body)}))
        channel.basic_ack(method.delivery_tag)
        break
