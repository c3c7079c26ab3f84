"""The words of reports and documents that are not everybody's, each explained in a sentence."""

from __future__ import annotations

GLOSSARY: dict[str, str] = {
    "co-created value": "The surplus of all actors, less what the same people would have had "
    "alone, by self-service.",
    "surplus": "What remains to an actor: for a company what it earns less what it spends, of a "
    "person what an offering is worth less its price and the hours it takes.",
    "value in use": "Value that arises where people use what a company provides.",
    "co-production": "Value that arises where staff or a partner take part.",
    "customer to customer": "What customers gain where people help each other: it "
    "is booked as customers', although non-customers answer as well.",
    "gross value": "What customers gain over doing it themselves, before price and effort.",
    "self-service": "Doing without any provider; the baseline for everything else.",
    "slack": "Resources brought to a touchpoint and not used there.",
    "touchpoint": "Any place where people deal with a company, a partner or each other.",
    "adoption": "The share of all people who are customers of a company.",
    "retention": "The share of renewals due that were not cancelled.",
    "cohort": "People who first bought in the same year.",
    "opportunity": "Importance of an outcome plus what satisfaction lacks of it (Ulwick): above 10 "
    "people are badly served.",
    "Shapley value": "A fair share of a joint result: the mean of what a part adds over all orders "
    "in which parts could join.",
    "dividend": "What some parts create together and none of them creates without the others.",
    "grey area": "What innovation, marketing & sales and platform create only together.",
    "HHI": "Herfindahl-Hirschman index: 1 where one has all, near 0 where many share.",
    "Gini": "A measure of inequality: 0 where all have the same, 1 where one has all.",
    "Lorenz": "A curve of how much of the whole the poorest share has.",
    "CRM": "Customer relationship management: the company works on its customers.",
    "CEM": "Customer experience management: the company works on what customers experience.",
    "SCRM": "Social CRM: customers and others take part in the company's work.",
    "reciprocity": "How far every deliverable is answered by another: 1 always, 0 never.",
    "resilience": "How well the others reach each other when one role drops out: 1 fully.",
    "agility": "How directly what is given reaches everyone: 1 where everyone gives to everyone. "
    "(The lever strategy.agility is another thing.)",
    "brokerage": "How much others need a role as an intermediary.",
    "confidence interval": "A range that covers the true mean in 95 of 100 such studies.",
    "t-interval": "A range that covers the true mean in 95 of 100 such studies (Student).",
    "seed": "The number that determines all random draws of a run: the same seed, the same draws.",
    "paired": "Base and what-if run with the same random draws, so that only what was changed "
    "differs.",
    "occupancy": "The share of open time in which staff are busy.",
    "word of mouth": "What people say to each other about a company.",
    "future": "One possible set of all the numbers that nobody knows; each is run on its own.",
    "plausible": "Of a future: its market resembles a real one, by published figures.",
    "arm": "One of the alternatives that are compared.",
    "regret": "What is forgone against the best alternative of the same future.",
    "emulator": "A formula fitted to the runs, which says what further runs would show.",
    "posterior": "What data leave open of parameters: many sets of values, each as likely.",
    "money bridge": "The way from the base's money to the what-if's, cause by cause.",
}
"""Terms in the singular; a plural s is recognised."""

OF_DOCUMENTS: dict[str, str] = {
    "focal": "The company whose decision is studied; the first of a scenario.",
    "rival": "A company that competes with the focal one for the same people.",
    "savers, doers, explorers": "Three kinds of people: savers want a low price, doers "
    "reliability, explorers something new. In *base* their needs are drawn at random.",
    "lever": "What somebody can decide, such as a price; a what-if moves one lever or several.",
    "what-if": "A scenario that differs from the base in the levers moved.",
    "function": "One of a company's three parts: innovation, marketing & sales, and the experience "
    "platform.",
    "experience platform": "The function that runs what customers meet: shop, product in use, help "
    "pages, forum.",
    "outside-in": "Working from what customers need; inside-out is working from what the company "
    "has.",
    "listening": "How much a company hears from people at touchpoints; hearing them costs money.",
    "touchpoint area": "Where a touchpoint belongs: crm, cem or social.",
    "founding": "The creation of people, ties and companies, before any month is simulated.",
    "warm-up": "Months that are simulated before month 1 and not recorded, so that the market is "
    "established when the study begins.",
    "margin": "Of a verdict: a difference so small that it does not count. Of a company: what it "
    "keeps of its receipts.",
    "reference figure": "A range in which a market's figure should lie: published, usual without a "
    "single source, or a bound of our own.",
    "source": "A presentation or framework on value co-creation or Social CRM whose claims are "
    "tested.",
}
"""Terms that a report has no room to explain; the documentation lists them with the others."""
