from domain.connection_memory import ConnectionMemory, other_half

ENDS = ("10.0.1.10", "203.0.113.9", "49152", "443")


def number(port: int) -> tuple[str, str, str, str]:
    return (*ENDS[:2], str(port), ENDS[3])


def test_both_halves_of_a_connection_are_remembered() -> None:
    memory = ConnectionMemory()
    memory.clients.add(ENDS)

    assert memory.recall(ENDS) == "source"
    assert memory.recall(other_half(ENDS)) == "destination"


def test_what_was_never_seen_is_not_remembered() -> None:
    assert ConnectionMemory().recall(ENDS) is None


def test_ends_that_both_began_a_connection_tell_nothing() -> None:
    memory = ConnectionMemory()
    memory.clients.update({ENDS, other_half(ENDS)})

    assert memory.recall(ENDS) is None


def test_the_oldest_are_forgotten_but_never_the_last() -> None:
    memory = ConnectionMemory(kept=10)
    for port in range(100):
        memory.begin_batch()
        memory.clients.add(number(port))

    remembered = [port for port in range(100) if memory.recall(number(port))]

    assert remembered == [*range(remembered[0], 100)]
    assert 10 <= len(remembered) <= 22
