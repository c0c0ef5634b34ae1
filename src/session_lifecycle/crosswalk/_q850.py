"""ITU-T Q.850: the cause with which ISDN and ISUP, and SIP's Reason header, release a call.

Source: wireshark/wireshark@02a8a77f packet-q931.c and asterisk/asterisk@f0c1c1a7b7 causes.h; read
2026-11-24. Where Q.931 and Q.850 differ (24, 25, 39, 40), and against national variants, Q.850.

A cause and the SIP response that RFC 3398 pairs with it have the same reason, unless the one says
more than the other.
"""

from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row

TITLE = "Q.850"

PROTOCOL = "a signalling error while dialling or in mid-call; neither side nor phase is said"
SUSPENDED = "resuming a parked call failed; why is lost"
PREEMPTED = "a call of higher precedence took the circuit, before or in the conversation"
ROUTE = "the number may exist; no way to it was found"
BEARER = "this kind of call (speech, data, rate) is not possible; whose limit is open"
SERVICE = "a service the call asked for is not available; whose limit is open"
BARRED = "the network does not put through such calls; no person refused"
GROUP = "the rules of a closed user group refused; no person did"
CHANNEL = "the trunk has no channel or circuit for it"
FRAME = "a status report on a data connection; no call ends with it"

# fmt: off
FIELDS = (
    Field(
        "cause", "reason", "Q.850 cause",
        version=(
            "wireshark 02a8a77f; asterisk f0c1c1a7b7 (2026-08-06); freeswitch "
            "cc93a683 (2026-08-21)"
        ),
        source=(
            "wireshark/wireshark@02a8a77f epan/dissectors/packet-q931.c (20-127); "
            "asterisk/asterisk@f0c1c1a7b7 include/asterisk/causes.h (1-23); RFC 3398; "
            "meanings as reprinted at "
            "publicdoc.rbbn.com/display/UXDOC90/Q850+Cause+Codes"
        ),
        read="2026-11-24",
        rows=(
            # normal
            Row("1",             R.CALLEE_NOT_FOUND,   G.EXACT,      None,
                "the number is not allocated"),
            Row("2",             R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "no route to the transit network that was asked for"),
            Row("3",             R.SIP_DIAL_FAILED,    G.NARROWER,   None, ROUTE),
            Row("4",             R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "cannot be reached for long; a special tone tells so"),
            Row("5",             R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "dialled with a trunk prefix that does not belong there"),
            Row("6",             R.SIP_FAILED,         G.NARROWER,   None,
                "the channel proposed for the call was not accepted; whose fault is open"),
            Row("7",             R.UNKNOWN,            G.NOT_AN_END, None,
                "the call goes on, in a channel that was already open"),
            Row("8",             R.ERROR,              G.NARROWER,   None, PREEMPTED),
            Row("9",             R.ERROR,              G.NARROWER,   None, PREEMPTED),
            Row("14",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "the number moved to another network, and the call was not sent there"),
            Row("16",            R.UNKNOWN,            G.AMBIGUOUS,  None,
                "who released first decides: a normal hang-up by either side"),
            Row("17",            R.CALLEE_BUSY,        G.EXACT,      None, ""),
            Row("18",            R.USER_UNAVAILABLE,   G.EXACT,      None,
                "the phone gave no sign in time, not even ringing"),
            Row("19",            R.CALLEE_NO_ANSWER,   G.EXACT,      None, ""),
            Row("20",            R.CALLEE_UNAVAILABLE, G.EXACT,      None,
                "switched off, out of reach or logged off"),
            Row("21",            R.USER_REJECTED,      G.AMBIGUOUS,  None,
                "the cause's location decides: the callee declined, or the network refused"),
            Row("22",            R.CALLEE_NOT_FOUND,   G.NARROWER,   None,
                "the number changed; a new one may be in the diagnostic"),
            Row("23",            R.SIP_FAILED,         G.NARROWER,   None,
                "redirected to another number, which was not dialled"),
            Row("24",            R.USER_REJECTED,      G.NARROWER,   None,
                "a feature of the called line refused it; who had set it is not said"),
            Row("25",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "routing ran in circles or out of hops"),
            Row("26",            R.SUPERSEDED,         G.EXACT,      None,
                "another phone of the same call answered; ANSI networks have another 26"),
            Row("27",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "the line or the phone at the far end is down"),
            Row("28",            R.CALLEE_NOT_FOUND,   G.NARROWER,   None,
                "the number is malformed or incomplete as dialled"),
            Row("29",            R.SIP_FAILED,         G.NARROWER,   None, SERVICE),
            Row("30",            R.UNKNOWN,            G.NOT_AN_END, None,
                "the answer to a status question; no call ends with it"),
            Row("31",            R.UNKNOWN,            G.AMBIGUOUS,  None,
                "the SIP status decides: a normal event that no other cause describes"),
            # the network has no means
            Row("33",            R.SIP_TRUNK_FAILURE,  G.NARROWER,   None,
                "the circuit is out of order"),
            Row("34",            R.SIP_TRUNK_FAILURE,  G.NARROWER,   None, CHANNEL),
            Row("35",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "the destination cannot be attained; why is not said"),
            Row("37",            R.SIP_TRUNK_FAILURE,  G.NARROWER,   None,
                "the network runs degraded"),
            Row("38",            R.SIP_TRUNK_FAILURE,  G.NARROWER,   None,
                "the network is out of order, probably for long"),
            Row("39",            R.UNKNOWN,            G.NOT_AN_END, None, FRAME),
            Row("40",            R.UNKNOWN,            G.NOT_AN_END, None, FRAME),
            Row("41",            R.SIP_TRUNK_FAILURE,  G.NARROWER,   None,
                "the network failed for a moment"),
            Row("42",            R.SIP_TRUNK_FAILURE,  G.NARROWER,   None,
                "the switch is congested"),
            Row("43",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "what the caller asked to pass on could not be passed on"),
            Row("44",            R.SIP_TRUNK_FAILURE,  G.NARROWER,   None, CHANNEL),
            Row("45",            R.ERROR,              G.NARROWER,   None, PREEMPTED),
            Row("46",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "no circuit to take over, or the callee is in a call of the same precedence"),
            Row("47",            R.SIP_TRUNK_FAILURE,  G.NARROWER,   None,
                "the network lacks a resource that no other cause names"),
            # not available
            Row("49",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "the quality asked for is not available"),
            Row("50",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "the line has not subscribed to a service it asked for"),
            Row("51",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "the called side does not pay for calls"),
            Row("52",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "the calling line may not make such calls"),
            Row("53",            R.SIP_DIAL_FAILED,    G.NARROWER,   None, GROUP),
            Row("54",            R.SIP_DIAL_FAILED,    G.NARROWER,   None, BARRED),
            Row("55",            R.SIP_DIAL_FAILED,    G.NARROWER,   None, GROUP),
            Row("56",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "no call waiting on the line, which may be busy"),
            Row("57",            R.SIP_FAILED,         G.NARROWER,   None,
                "this kind of call (speech, data, rate) is not authorised"),
            Row("58",            R.SIP_FAILED,         G.NARROWER,   None, BEARER),
            Row("62",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "the caller's access information and class do not fit together"),
            Row("63",            R.SIP_FAILED,         G.NARROWER,   None, SERVICE),
            # not implemented
            Row("65",            R.SIP_FAILED,         G.NARROWER,   None, BEARER),
            Row("66",            R.SIP_FAILED,         G.NARROWER,   None,
                "this type of channel is not supported"),
            Row("67",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "a transit network cannot be chosen there"),
            Row("68",            R.ERROR,              G.NARROWER,   None, PROTOCOL),
            Row("69",            R.SIP_FAILED,         G.NARROWER,   None, SERVICE),
            Row("70",            R.SIP_FAILED,         G.NARROWER,   None, BEARER),
            Row("79",            R.SIP_FAILED,         G.NARROWER,   None, SERVICE),
            # invalid message
            Row("81",            R.ERROR,              G.NARROWER,   None, PROTOCOL),
            Row("82",            R.ERROR,              G.NARROWER,   None, PROTOCOL),
            Row("83",            R.ERROR,              G.NARROWER,   None, SUSPENDED),
            Row("84",            R.ERROR,              G.NARROWER,   None,
                "parking a call failed, because that name for it is in use"),
            Row("85",            R.ERROR,              G.NARROWER,   None, SUSPENDED),
            Row("86",            R.ERROR,              G.NARROWER,   None, SUSPENDED),
            Row("87",            R.SIP_DIAL_FAILED,    G.NARROWER,   None, GROUP),
            Row("88",            R.SIP_FAILED,         G.NARROWER,   None,
                "the far end cannot take this kind of call: bearer, codec or rate"),
            Row("89",            R.SIP_FAILED,         G.NARROWER,   None,
                "the short code that was dialled has no entry; the number behind it is not named"),
            Row("90",            R.SIP_DIAL_FAILED,    G.NARROWER,   None, GROUP),
            Row("91",            R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "the transit network that was asked for is not valid"),
            Row("92",            R.SIP_FAILED,         G.NARROWER,   None, SERVICE),
            Row("93",            R.ERROR,              G.NARROWER,   None, PROTOCOL),
            Row("95",            R.ERROR,              G.NARROWER,   None, PROTOCOL),
            # protocol error, interworking
            Row("96",            R.ERROR,              G.NARROWER,   None, PROTOCOL),
            Row("97",            R.ERROR,              G.NARROWER,   None, PROTOCOL),
            Row("98",            R.ERROR,              G.NARROWER,   None, PROTOCOL),
            Row("99",            R.ERROR,              G.NARROWER,   None, PROTOCOL),
            Row("100",           R.ERROR,              G.NARROWER,   None, PROTOCOL),
            Row("101",           R.ERROR,              G.NARROWER,   None, PROTOCOL),
            Row("102",           R.ERROR,              G.AMBIGUOUS,  None,
                "the SIP status decides: no answer to the dial, or a signalling timer in mid-call"),
            Row("103",           R.UNKNOWN,            G.AMBIGUOUS,  None,
                "the switch decides: a parameter passed on (ISUP), or a length error (ISDN)"),
            Row("110",           R.ERROR,              G.NARROWER,   None, PROTOCOL),
            Row("111",           R.ERROR,              G.NARROWER,   None, PROTOCOL),
            Row("127",           R.UNKNOWN,            G.AMBIGUOUS,  None,
                "the SIP status decides: another network gave no cause"),
            # every other number of 0..127
            Row("<unallocated>", R.UNKNOWN,            G.AMBIGUOUS,  None,
                "the SIP status decides: no cause has this number"),
        ),
        also={
            "Q850_1": "1", "Q850_2": "2", "Q850_3": "3", "Q850_4": "4", "Q850_5": "5",
            "Q850_6": "6", "Q850_7": "7", "Q850_8": "8", "Q850_9": "9", "Q850_14": "14",
            "Q850_16": "16", "Q850_17": "17", "Q850_18": "18", "Q850_19": "19", "Q850_20": "20",
            "Q850_21": "21", "Q850_22": "22", "Q850_23": "23", "Q850_24": "24", "Q850_25": "25",
            "Q850_26": "26", "Q850_27": "27", "Q850_28": "28", "Q850_29": "29", "Q850_30": "30",
            "Q850_31": "31", "Q850_33": "33", "Q850_34": "34", "Q850_35": "35", "Q850_37": "37",
            "Q850_38": "38", "Q850_39": "39", "Q850_40": "40", "Q850_41": "41", "Q850_42": "42",
            "Q850_43": "43", "Q850_44": "44", "Q850_45": "45", "Q850_46": "46", "Q850_47": "47",
            "Q850_49": "49", "Q850_50": "50", "Q850_51": "51", "Q850_52": "52", "Q850_53": "53",
            "Q850_54": "54", "Q850_55": "55", "Q850_56": "56", "Q850_57": "57", "Q850_58": "58",
            "Q850_62": "62", "Q850_63": "63", "Q850_65": "65", "Q850_66": "66", "Q850_67": "67",
            "Q850_68": "68", "Q850_69": "69", "Q850_70": "70", "Q850_79": "79", "Q850_81": "81",
            "Q850_82": "82", "Q850_83": "83", "Q850_84": "84", "Q850_85": "85", "Q850_86": "86",
            "Q850_87": "87", "Q850_88": "88", "Q850_89": "89", "Q850_90": "90", "Q850_91": "91",
            "Q850_92": "92", "Q850_93": "93", "Q850_95": "95", "Q850_96": "96", "Q850_97": "97",
            "Q850_98": "98", "Q850_99": "99", "Q850_100": "100", "Q850_101": "101",
            "Q850_102": "102", "Q850_103": "103", "Q850_110": "110", "Q850_111": "111",
            "Q850_127": "127",
        },
        retired={},
    ),
)
# fmt: on
