"""What buttons do: the first part of their data (`buttons.pressing`)."""

from __future__ import annotations

from enum import StrEnum


class ButtonVerb(StrEnum):
    """The verb of a button. Values stay as they are: buttons under old messages are pressed, too."""

    # An alert
    ALERT_IS_GOOD = "ag"
    ALERT_IS_BAD = "ab"
    ALERT_IS_BAD_FOR_TOPIC = "an"
    SHOW_VOTES = "ao"
    SHOW_ALERT_MENU = "am"
    EXPLAIN_ALERT = "aw"
    CLOSE_EXPLANATION = "az"
    LIST_STORY_ARTICLES = "al"
    TURN_STORY_ARTICLES = "ap"
    MUTE_STORY = "as"
    UNMUTE_STORY = "au"
    USE_ALERT_AS_EXAMPLE = "ax"
    REMOVE_ALERT_FROM_EXAMPLES = "ar"

    # An alert that waits for an admin's decision
    POST_REVIEWED = "rp"
    SKIP_REVIEWED = "rs"

    # Topics
    LIST_TOPICS = "ts"
    SHOW_TOPIC = "t"
    PAUSE_TOPIC = "tp"
    SET_TOPIC_SENSITIVITY = "tv"
    SET_TOPIC_DELIVERY = "td"
    EXPORT_TOPIC = "tt"
    ASK_TOPIC_REMOVAL = "tz"
    REMOVE_TOPIC = "tk"
    LIST_TOPIC_EXAMPLES = "te"
    REMOVE_TOPIC_EXAMPLE = "tx"
    ASK_TOPIC_EXAMPLE = "ta"
    ASK_TOPIC_QUERY = "tq"
    ASK_TOPIC_NAME = "tn"
    SET_TOPIC_LANGUAGES = "tl"
    LIST_TOPIC_FEEDS = "tf"
    SWITCH_TOPIC_FEED = "tg"
    LIST_TOPIC_DESTINATIONS = "tw"
    SWITCH_TOPIC_DESTINATION = "to"
    SET_TOPIC_REVIEW = "tr"

    # A new topic, until it is saved
    SET_DRAFT_SENSITIVITY = "dv"
    SET_DRAFT_DELIVERY = "dd"
    LIST_DRAFT_FEEDS = "df"
    SWITCH_DRAFT_FEEDS = "dt"
    SET_DRAFT_LANGUAGES = "dl"
    SHOW_DRAFT = "db"
    ASK_DRAFT_EXAMPLE = "de"
    ASK_DRAFT_NAME = "dn"
    SAVE_DRAFT = "dk"
    DROP_DRAFT = "dx"

    # Feeds
    LIST_FEEDS = "fl"
    SHOW_FEED = "fc"
    SHOW_FEED_ADDRESS = "fs"
    EXPORT_FEEDS = "fe"
    EXPORT_FEEDS_WITH_SECRETS = "fz"
    READ_FEED_NOW = "fn"
    ASK_FEED_REMOVAL = "fr"
    REMOVE_FEED = "fy"
    ASK_FEED_ADDRESS = "fw"
    ASK_FEED_LIST = "fi"
    ADD_FEED = "fa"
    IMPORT_FEEDS = "fm"
    CANCEL_ADDING = "fx"

    # Articles
    LIST_LATEST = "ll"
    LIST_FOUND = "ls"
    WATCH_QUERY = "lw"

    # Settings of a chat
    OPEN_SETTING = "so"
    CHOOSE_SETTING = "sc"
    ASK_SETTING = "sa"
    BEGIN_QUESTIONS = "sg"

    # Access, editors and the log of changes
    LET_IN = "xlet"
    REFUSE = "xref"
    LIST_GUESTS = "xch"
    SHOW_GUEST = "xone"
    LET_IN_AFTER_ALL = "xin"
    ASK_TO_SHUT_OUT = "xask"
    SHUT_OUT = "xout"
    LIFT_LIMITS = "xlim"
    REMOVE_EDITOR = "xed"
    LIST_CHANGES = "xlog"

    # Status
    REFRESH_STATUS = "nst"
    RETRY_DELIVERY = "nre"
    RETRY_ALL_DELIVERIES = "nra"
    DROP_DELIVERY = "ndr"
