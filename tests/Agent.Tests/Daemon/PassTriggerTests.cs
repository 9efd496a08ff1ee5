using System.Reflection;
using NetEdit.Agent.Daemon;

namespace NetEdit.Agent.Tests.Daemon;

public sealed class PassTriggerTests
{
    [Fact]
    public void All_lists_each_cause_once() =>
        PassTrigger.All.ShouldBe(
            typeof(PassTrigger)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Where(field => field.IsLiteral)
                .Select(field => (string)field.GetRawConstantValue()!),
            ignoreOrder: true
        );
}
