"""People answer each other: help by peers scales with who is there, saturates and congests."""

from __future__ import annotations

from math import exp, sqrt
from typing import Any

from simulation.jit import njit, subroutine
from simulation.kernels.room import integers, zeros

EXPERIENCE = 3
WILLING, WISDOM, ROOM, ASKED, SPENT, KEPT = range(6)

MOST_HELPFUL = 20.0
"""Nobody gives more than this many times the usual hours to answering."""


@njit(cache=True)
def gauge(
    answer: Any, look_in: Any, give: Any, answer_hours: Any, floor: Any,
    job: Any, knowledge: Any, skill: Any, sociability: Any, hours: Any, helpful: Any, aware: Any,
    last_job: Any, willing: Any, looks: Any, wise: Any, room: Any, knows: Any, members: Any,
) -> None:
    """Say of everybody how willing to answer they are, and add up those who look in.

    A person with experience of any company is a member of the circles of their last job: of those
    of the companies they have experience of, and of the shared ones. Willingness
    ``min(1, answer · helpful · c)``, chance of looking in ``min(1, look_in · 2 sociability)``, room
    ``give · hours · min(helpful, 20) / answer_hours`` answers a month; c = √(κh), at least
    ``floor``. ``knows (n, C)``: experience of each company.
    ``members (C + 1, J, 3)``: Σ looks · (willing, willing · c, room).
    """
    n_companies = aware.shape[1]
    for i in range(len(job)):
        if job[i] >= 0:
            last_job[i] = job[i]
        willing[i] = 0.0
        about = last_job[i]
        experienced = False
        for c in range(n_companies):
            knows[i, c] = aware[i, c] == EXPERIENCE
            experienced |= knows[i, c]
        if about < 0 or not experienced:
            continue
        wise[i] = max(floor, sqrt(knowledge[i] * skill[i]))
        willing[i] = min(1.0, answer * helpful[i] * wise[i])
        looks[i] = min(1.0, look_in * 2.0 * sociability[i])
        room[i] = give * hours[i] * min(helpful[i], MOST_HELPFUL) / answer_hours
        for row in range(n_companies + 1):
            if row < n_companies and not knows[i, row]:
                continue
            members[row, about, WILLING] += looks[i] * willing[i]
            members[row, about, WISDOM] += looks[i] * willing[i] * wise[i]
            members[row, about, ROOM] += looks[i] * room[i]


@subroutine
def _belongs(i: Any, row: Any, willing: Any, knows: Any) -> Any:
    """Return whether a person belongs to the circle of a company, or to a shared one."""
    if willing[i] == 0.0:
        return False
    return row == knows.shape[1] or knows[i, row]


@subroutine
def _come(
    who: Any, social: Any, shared: Any, touchpoint: Any, considers: Any, last_job: Any, knows: Any,
    willing: Any, looks: Any, wise: Any, room: Any, here: Any, moved: Any, circles: Any,
    visits: Any, row_of: Any,
) -> None:
    """Let those who come be present: they see all questions, where they only looked in before.

    ``row_of`` gets the row of each one's circle, −1 where there is none; ``visits`` counts them.
    """
    nobody = knows.shape[1]
    for place in range(len(who)):
        i = who[place]
        t = touchpoint[i]
        row_of[place] = -1
        if t < 0 or social[t] < 0:
            continue
        row = nobody if shared[t] else considers[i]
        row_of[place] = row
        if row < 0:
            continue
        about = last_job[i]
        visits[row, t, about] += 1
        if here[i, social[t]] != 0 or not _belongs(i, row, willing, knows):
            continue
        here[i, social[t]] = row + 1
        more = (1.0 - looks[i]) * willing[i]
        moved[i] -= more * circles[row, t, about, ASKED]
        circles[row, t, about, WILLING] += more
        circles[row, t, about, WISDOM] += more * wise[i]
        circles[row, t, about, ROOM] += (1.0 - looks[i]) * room[i]


@njit(cache=True)
def ask(
    who: Any, enough: Any, flows: Any, answerable: Any, found: Any,
    social: Any, shared: Any, touchpoint: Any, considers: Any, last_job: Any, knows: Any,
    willing: Any, looks: Any, wise: Any, room: Any,
    here: Any, moved: Any, circles: Any, by_peers: Any, provider: Any, questions: Any, answers: Any,
    answered: Any, in_archive: Any, helped: Any, helped_by_role: Any,
) -> None:
    """Let those of ``who`` who are at social touchpoints be helped by the others there.

    What the archive answers, the share ``found`` of everybody's question, is not asked. Of the
    rest, Q = Σ (1 − found) in a circle, each gets

        Supply_i = min(Σ_{j≠i} a_j, capacity_{−i} / Q)
        A_i = flows · enough (1 − exp(−Supply_i / enough))

    answers, a_j being the willingness of those present and that times the chance of looking in of
    the others, capacity the answers that they have room for less those given this month. Help is
    ``1 − (1 − found)(1 − answerable (1 − exp(−A_i c̄)))``, c̄ the mean competence of the others,
    weighted by a_j. Whoever is alone gets none. It is written to ``by_peers (n,)``.

    ``circles`` collect what to share out later: Σ (1 − found) A_i / Σ_{j≠i} a_j, of which each j
    gives a_j. ``questions``, ``answers``, ``answered`` (questions with an answer at least,
    (1 − found)(1 − exp(−A_i)): answers fall to questions at random), ``in_archive``, ``helped
    (n_touchpoints,)`` add up persons, ``helped_by_role (2,)`` customers and all others.
    """
    row_of = integers(len(who))
    visits = zeros(circles.shape[:3])
    _come(
        who, social, shared, touchpoint, considers, last_job, knows,
        willing, looks, wise, room, here, moved, circles, visits, row_of,
    )
    now = zeros((*circles.shape[:3], 3))
    for place in range(len(who)):
        i, row = who[place], row_of[place]
        by_peers[i] = 0.0
        if row < 0:
            continue
        t, about = touchpoint[i], last_job[i]
        circle = circles[row, t, about]
        asked = 1.0 - found[row, t, about]
        own = willing[i] if _belongs(i, row, willing, knows) else 0.0
        own_room = room[i] if own > 0.0 else 0.0
        if own > 0.0 and here[i, social[t]] != row + 1:
            # Present in another company's circle at this touchpoint this month.
            own *= looks[i]
            own_room *= looks[i]
        others = circle[WILLING] - own
        given = 0.0
        # What rounding leaves of a sum without its only member is nobody.
        if others > 1e-12 * circle[WILLING] and asked > 0.0:
            left = max(0.0, circle[ROOM] - own_room - circle[SPENT])
            supply = min(others, left / (asked * visits[row, t, about]))
            given = flows * enough * (1.0 - exp(-supply / enough))
            wisdom = (circle[WISDOM] - own * wise[i]) / others
            per_willing = asked * given / others
            now[row, t, about, 0] += per_willing
            now[row, t, about, 1] += asked * given
            now[row, t, about, 2] += asked * given * wisdom
            moved[i] -= own * per_willing
            given_help = answerable[about] * (1.0 - exp(-given * wisdom))
            by_peers[i] = 1.0 - asked * (1.0 - given_help)
        else:
            by_peers[i] = 1.0 - asked
        questions[t] += asked
        answers[t] += asked * given
        answered[t] += asked * (1.0 - exp(-given))
        in_archive[t] += 1.0 - asked
        helped[t] += by_peers[i]
    for row in range(circles.shape[0]):
        for t in range(circles.shape[1]):
            for about in range(circles.shape[2]):
                for column in range(3):
                    circles[row, t, about, ASKED + column] += now[row, t, about, column]
    _add_by_role(who, provider, by_peers, helped_by_role)


@subroutine
def give(
    social: Any, shared: Any, last_job: Any, knows: Any,
    willing: Any, looks: Any, here: Any, moved: Any, circles: Any, given: Any,
) -> None:
    """Share the month's answers out to those who gave them, by a_j; ``given (n,)``."""
    n_companies = knows.shape[1]
    places = integers(len(social))
    n_places = 0
    for t in range(len(social)):
        places[n_places] = t
        n_places += social[t] >= 0
    for i in range(len(given)):
        if willing[i] == 0.0:
            continue
        about, total = last_job[i], moved[i]
        for t in places[:n_places]:
            # What peers own is shared by all companies' people, elsewhere each company has its own.
            first, last = (n_companies, n_companies + 1) if shared[t] else (0, n_companies)
            for row in range(first, last):
                if not _belongs(i, row, willing, knows):
                    continue
                there = 1.0 if here[i, social[t]] == row + 1 else looks[i]
                total += there * willing[i] * circles[row, t, about, ASKED]
        given[i] = max(0.0, total)


@subroutine(error_model="numpy")
def bear(
    wage: Any, joy: Any, burden_slope: Any, answer_hours: Any, enjoyment: Any,
    segment: Any, hours: Any, given: Any, spent: Any, outlay: Any,
) -> None:
    """Let answering cost hours, and be a burden together with the month's other hours.

    outlay += wage · (1 − joy) · answering + (k_e/2) ((H + answering)² − H²) wage / (hours ·
    enjoyment), H the hours ``spent`` otherwise, to which answering is added.
    """
    slope = 0.5 * burden_slope * wage
    for i in range(len(given)):
        if given[i] == 0.0:
            continue
        before = spent[i]
        spent[i] += answer_hours * given[i]
        outlay[i] += wage * (1.0 - joy) * answer_hours * given[i]
        outlay[i] += slope * (spent[i] ** 2 - before**2) / (hours[i] * enjoyment[segment[i]])


@subroutine
def _add_by_role(who: Any, provider: Any, values: Any, total: Any) -> None:
    """Add up the values of customers, and of all others, ``total (2,)``."""
    for i in who:
        total[0 if provider[i] >= 0 else 1] += values[i]


@njit(cache=True, error_model="numpy")
def answer(
    wage: Any, joy: Any, burden_slope: Any, answer_hours: Any, decay: Any, memory: Any,
    enjoyment: Any, social: Any, shared: Any,
    segment: Any, provider: Any, last_job: Any, hours: Any, knows: Any, willing: Any, looks: Any,
    here: Any, moved: Any, circles: Any, given: Any, lately: Any, archive: Any, wisdom: Any,
    spent: Any, outlay: Any, total: Any,
) -> None:
    """Share out the month's answers (``give``), let them cost hours (``bear``), and keep them.

    An archive keeps R ← (1 − decay) R + answers, and what was known in them; ``lately`` gives each
    month's answers the weight 1/``memory``. ``total (2,)`` are the hours of customers, and others.
    """
    give(social, shared, last_job, knows, willing, looks, here, moved, circles, given)
    bear(
        wage, joy, burden_slope, answer_hours, enjoyment, segment, hours, given, spent, outlay,
    )
    for row in range(archive.shape[0]):
        for t in range(archive.shape[1]):
            for about in range(archive.shape[2]):
                circle = circles[row, t, about]
                archive[row, t, about] = (1.0 - decay) * archive[row, t, about] + circle[SPENT]
                wisdom[row, t, about] = (1.0 - decay) * wisdom[row, t, about] + circle[KEPT]
    for i in range(len(given)):
        lately[i] += given[i] - lately[i] / memory
        total[0 if provider[i] >= 0 else 1] += given[i]
    for role in range(len(total)):
        total[role] *= answer_hours


@njit(cache=True)
def look_up(
    reached: Any, flows: Any, answerable: Any, members: Any, archive: Any, wisdom: Any,
    single_view: Any, circles: Any, share: Any, readable: Any,
) -> None:
    """Let circles begin with those who look in, and say what share of questions archives answer.

    ``share`` = flows · answerable · mean competence · ``reached``, the share of questions that an
    archive of this size touches; all but ``members (C + 1, J, 3)`` and ``answerable (J,)`` are
    ``(C + 1, T, J, …)``. ``readable (C + 1, J)`` is what staff find, as far as there is a
    ``single_view (C + 1,)``: in the archive that answers most, the company's own or a shared one.
    """
    for row in range(share.shape[0]):
        for t in range(share.shape[1]):
            for about in range(share.shape[2]):
                for column in range(members.shape[2]):
                    circles[row, t, about, column] = members[row, about, column]
                kept = archive[row, t, about]
                mean = wisdom[row, t, about] / kept if kept > 0.0 else 0.0
                share[row, t, about] = flows * answerable[about] * mean * reached[row, t, about]
    everybody = share.shape[0] - 1
    for row in range(share.shape[0]):
        for about in range(share.shape[2]):
            best = 0.0
            for t in range(share.shape[1]):
                best = max(best, share[row, t, about], share[everybody, t, about])
            readable[row, about] = single_view[row] * best
