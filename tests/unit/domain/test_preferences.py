"""What customers wish, said at different times and heard in any order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalera.domain.consent import with_consent, with_unsubscribe
from escalera.domain.customer import Contact, Customer, SubjectWish
from escalera.domain.preferences import Frequency, Preferences, with_preferences, with_way_out
from escalera.domain.vocabulary import CustomerId, Language, MessageChannel, Purpose, SubjectName

EMAIL, SMS = MessageChannel.EMAIL, MessageChannel.SMS
RELATIONSHIP, PROMOTION = Purpose.RELATIONSHIP, Purpose.PROMOTION
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IDEAS = SubjectName("ideas")
ANA = Customer(
    CustomerId("ana"), contact=Contact(email="ana@example.com", language=Language.SPANISH, as_of=NOON)
)

wishes = st.builds(
    Preferences,
    consents=st.dictionaries(
        st.tuples(st.sampled_from([RELATIONSHIP, PROMOTION]), st.sampled_from(MessageChannel)), st.booleans()
    ),
    subjects=st.dictionaries(st.sampled_from([IDEAS, SubjectName("opinions")]), st.booleans()),
    frequency=st.none() | st.builds(Frequency, st.integers(1, 3), st.sampled_from([7 * DAY, 30 * DAY])),
    paused_until=st.none() | st.integers(1, 90).map(lambda days: NOON + days * DAY),
    language=st.none() | st.sampled_from(Language),
)
said = st.lists(st.tuples(wishes, st.integers(0, 4).map(lambda hour: NOON + hour * HOUR)), max_size=5)


@given(said, st.randoms())
def test_what_counts_is_what_was_said_last_in_whatever_order_it_is_heard(told, draw):
    shuffled = draw.sample(told, len(told))

    def heard(all_told):
        customer = ANA
        for preferences, at in all_told:
            customer = with_preferences(customer, preferences, at)
        return customer

    assert heard(told) == heard(shuffled)
    assert heard([*told, *told]) == heard(told)


@given(wishes)
def test_all_that_is_said_on_the_page_stands_on_the_customer(told):
    customer = with_preferences(ANA, told, NOON + HOUR)

    assert {pair: state.given for pair, state in customer.consents.items()} == told.consents
    assert {subject: wish.wanted for subject, wish in customer.subjects.items()} == told.subjects
    assert customer.paused_until == told.paused_until
    wish = customer.wished_cap and Frequency(customer.wished_cap, customer.wished_within or DAY)
    assert wish == told.frequency
    assert customer.contact.language is (told.language or Language.SPANISH)
    assert customer.contact.email == "ana@example.com"


def test_what_is_not_said_stays():
    before = with_preferences(
        ANA, Preferences(consents={(PROMOTION, SMS): True}, subjects={IDEAS: False}), NOON
    )
    after = with_preferences(before, Preferences(consents={(PROMOTION, EMAIL): True}), NOON + HOUR)

    assert after.consents[PROMOTION, SMS].given
    assert after.subjects == {IDEAS: SubjectWish(wanted=False, at=NOON)}


def test_a_pause_and_a_wish_can_be_taken_back():
    paused = with_preferences(
        ANA, Preferences(paused_until=NOON + 9 * DAY, frequency=Frequency(1, 30 * DAY)), NOON
    )
    again = with_preferences(paused, Preferences(), NOON + HOUR)

    assert (again.paused_until, again.wished_cap, again.wished_within) == (None, None, None)


def test_a_yes_opens_a_channel_that_was_stopped_and_a_no_leaves_it_closed():
    stopped = with_unsubscribe(ANA, SMS, NOON)
    yes, no = (Preferences(consents={(PROMOTION, SMS): given}) for given in (True, False))

    assert with_preferences(stopped, no, NOON + HOUR).unsubscribed == {SMS: NOON}
    assert with_preferences(stopped, yes, NOON + HOUR).unsubscribed == {}
    assert with_preferences(stopped, yes, NOON - HOUR).unsubscribed == {SMS: NOON}


def test_one_click_ends_thanks_and_offers_on_that_channel_and_nothing_else():
    customer = ANA
    for purpose in Purpose:
        for channel in MessageChannel:
            customer = with_consent(customer, purpose, channel, given=True, at=NOON)
    out = with_way_out(customer, EMAIL, NOON + HOUR)

    closed = {pair for pair, state in out.consents.items() if not state.given}
    assert closed == {(RELATIONSHIP, EMAIL), (PROMOTION, EMAIL)}
    assert out.unsubscribed == {}
    assert with_way_out(out, EMAIL, NOON + HOUR) == out
