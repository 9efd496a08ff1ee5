using System.Collections.Immutable;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Tests;

public sealed class StateRecordTests
{
    [Fact]
    public void Pauses_are_read_as_they_were_written_whatever_was_paused_before()
    {
        var random = new Random(7);
        var state = new byte[Abi.State.Size];
        string[] targets = [.. Enumerable.Range(0, 20).Select(number => PauseTarget.Policy($"p{number}"))];
        for (var round = 0; round < 500; round++)
        {
            var pauses = Set(random.GetItems(targets, random.Next(PauseTarget.Most + 1)));
            pauses = random.Next(3) == 0 ? pauses.Add(PauseTarget.Everything) : pauses;

            StateRecord.WritePauses(state, pauses);

            StateRecord.ReadPauses(state).ShouldBe(pauses);
            state[Abi.State.Pauses].ShouldBe((byte)pauses.Remove(PauseTarget.Everything).Count);
            Ids(state).ShouldBe(pauses.Remove(PauseTarget.Everything).Select(Identity.PauseId), ignoreOrder: true);
        }
    }

    [Fact]
    public void What_stays_paused_keeps_its_slot_or_is_copied_before_its_slot_is_given_up()
    {
        var state = new byte[Abi.State.Size];
        StateRecord.WritePauses(state, Set("policy/a", "policy/b", "policy/c"));

        StateRecord.WritePauses(state, Set("policy/b", "policy/c", "policy/d"));
        Ids(state)
            .ShouldBe(
                [Identity.PauseId("policy/d"), Identity.PauseId("policy/b"), Identity.PauseId("policy/c")],
                "the one that was added is in the slot of the one that went"
            );

        StateRecord.WritePauses(state, Set("policy/c"));
        Ids(state).ShouldBe([Identity.PauseId("policy/c")]);
    }

    [Theory]
    [InlineData(17, 1)]
    [InlineData(1, 80)]
    public void Too_many_or_too_long_ones_change_nothing(int count, int length)
    {
        var state = new byte[Abi.State.Size];
        StateRecord.WritePauses(state, Set("policy/a"));
        var before = state.ToArray();

        Should.Throw<BpfException>(() =>
            StateRecord.WritePauses(
                state,
                Set([.. Enumerable.Range(0, count).Select(number => $"{number}".PadLeft(length, 'x'))])
            )
        );

        state.ShouldBe(before);
    }

    private static ImmutableSortedSet<string> Set(params string[] targets) =>
        targets.ToImmutableSortedSet(StringComparer.Ordinal);

    /// <summary>The ids that programs see: they look at all slots, and take 0 for none.</summary>
    private static List<ulong> Ids(byte[] state) =>
        [
            .. Enumerable
                .Range(0, PauseTarget.Most)
                .Select(slot => BitConverter.ToUInt64(state, Abi.State.PausedIds + (slot * sizeof(ulong))))
                .Where(id => id != 0),
        ];
}
