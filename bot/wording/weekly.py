"""The text of the weekly summary (`bot.alerts.weekly`)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.wording.amounts import number_text
from bot.wording.wording import Wording


def weekly_text(wording: Wording, values: Mapping[str, str]) -> str:
    """The text of the notice. The title of the near miss is a paragraph of its own, which the messenger links."""
    articles, sources, alerts = (int(values[name]) for name in ("articles", "sources", "alerts"))
    read = {
        "articles": wording.say_many(
            "{count} article", "{count} articles", articles, count=number_text(articles, wording)
        ),
        "sources": wording.say_many("{n} source", "{n} sources", sources),
    }
    if alerts:
        sent = wording.say_many("{n} alert", "{n} alerts", alerts)
        said = [
            wording.say("In the past week I read {articles} from {sources} and sent you {alerts}.", **read, alerts=sent)
        ]
    else:
        said = [wording.say("In the past week I read {articles} from {sources}. Nothing fitted your watches.", **read)]
    if values["watches"]:
        said.append(values["watches"])
    if "watch" in values:
        said.append(
            wording.say(
                "Nearest miss of “{watch}” ({score}% sure, {needed}% needed):",
                watch=values["watch"],
                score=values["score"],
                needed=values["needed"],
            )
        )
        said.append(values["title"])
    return "\n".join(said)
