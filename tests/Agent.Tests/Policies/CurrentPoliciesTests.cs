using System.Collections.Immutable;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Policies;

namespace NetEdit.Agent.Tests.Policies;

public sealed class CurrentPoliciesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Policies => _directory.Combine("policies");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("broken: [")]
    public void Before_the_files_give_a_set_the_kept_one_counts(string? broken)
    {
        if (broken is not null)
        {
            _directory.Write("policies/a.yaml", broken);
        }

        var source = Source(Kept(Yaml("web")));
        var state = source.Read();

        state.Set!.Policies.Single().Name.ShouldBe("web");
        state.KeptSince.ShouldBe(DateTimeOffset.UnixEpoch);
        state.Errors.ShouldNotBeEmpty();
        source.Read().Set.ShouldBeSameAs(state.Set);

        // As soon as they do, theirs.
        _directory.Write("policies/a.yaml", Yaml("db"));
        state = source.Read();
        state.Set!.Policies.Single().Name.ShouldBe("db");
        state.KeptSince.ShouldBeNull();
        state.Errors.ShouldBeEmpty();

        // And then their last good one, not that of yesterday.
        File.Delete(Path.Combine(Policies, "a.yaml"));
        Directory.Delete(Policies);
        state = source.Read();
        state.Set!.Policies.Single().Name.ShouldBe("db");
        state.KeptSince.ShouldBeNull();
        state.Errors.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_directory_without_files_means_no_policies_when_there_were_none()
    {
        Directory.CreateDirectory(Policies);

        var state = Source(null).Read();

        state.Set!.Policies.ShouldBeEmpty();
        state.Refused.ShouldBeNull();
    }

    [Theory]
    [InlineData("without files", null)]
    [InlineData("whose file is empty", "# nothing yet")]
    [InlineData("whose policies name no installed feature", "sampel: {}")]
    public void A_directory_becomes_empty_only_when_that_is_meant(string directory, string? now)
    {
        _directory.Write("policies/a.yaml", Yaml("web"));
        var source = Source(null);
        source.Read().Refused.ShouldBeNull();
        File.Delete(Path.Combine(Policies, "a.yaml"));
        if (now is not null)
        {
            _directory.Write("policies/a.yaml", now[0] == '#' ? now : Yaml("web", now));
        }

        var state = source.Read();
        state.Set!.Policies.Single().Name.ShouldBe("web", $"a directory {directory}");
        state.Set.Policies.Single().Tuning["sample"].ShouldNotBeNull();
        state.Refused!.Policies.Length.ShouldBe(now is null || now[0] == '#' ? 0 : 1);
        state.Errors.ShouldBeEmpty();

        source.AcceptEmpty();
        state = source.Read();
        state.Refused.ShouldBeNull();
        NoPolicies.GivesNothing(state.Set!).ShouldBeTrue();

        // What was meant once is not meant for what comes later.
        _directory.Write("policies/a.yaml", Yaml("db"));
        source.Read().Set!.Policies.Single().Name.ShouldBe("db");
        File.Delete(Path.Combine(Policies, "a.yaml"));
        source.Read().Refused.ShouldNotBeNull();
    }

    [Fact]
    public void A_directory_that_is_empty_at_the_start_leaves_those_of_the_run_before_unless_told()
    {
        Directory.CreateDirectory(Policies);

        var state = Source(Kept(Yaml("web"))).Read();
        state.Set!.Policies.Single().Name.ShouldBe("web");
        state.KeptSince.ShouldBe(DateTimeOffset.UnixEpoch);
        state.Refused!.Policies.ShouldBeEmpty();

        state = Source(Kept(Yaml("web")), allowEmpty: true).Read();
        state.Set!.Policies.ShouldBeEmpty();
        (state.KeptSince, state.Refused).ShouldBe((null, null));

        // Those of the run before may have been none.
        state = Source(Kept("# nothing")).Read();
        (state.KeptSince, state.Refused).ShouldBe((null, null));
    }

    [Fact]
    public void A_kept_set_that_is_not_valid_any_more_counts_as_none()
    {
        Source(Kept("kind: Other")).Read().Set.ShouldBeNull();
        Source(null).Read().Set.ShouldBeNull();
    }

    [Fact]
    public void A_source_says_when_there_may_be_newer_policies()
    {
        _directory.Write("policies/a.yaml", Yaml("web"));
        using var told = new SemaphoreSlim(0);
        var current = Source(null);
        using var watch = current.Watch(() => told.Release());
        watch.Refresh().ShouldBeNull();
        var revision = current.Read().Revision;

        _directory.Write("policies/a.yaml", Yaml("db"));

        told.Wait(TimeSpan.FromMinutes(1)).ShouldBeTrue();
        current.Read().Revision.ShouldNotBe(revision);
    }

    private static KeptPolicies Kept(string text) =>
        new(
            "r",
            DateTimeOffset.UnixEpoch,
            [new KeptFile("/p/a.yaml", text)],
            ImmutableSortedDictionary<string, string>.Empty
        );

    private static string Yaml(string name, string tuning = "sample: { number: 5 }") =>
        $$"""
            apiVersion: netedit/v1
            kind: TuningPolicy
            metadata: { name: {{name}} }
            spec: { tuning: { {{tuning}} } }
            """;

    private CurrentPolicies Source(KeptPolicies? kept, bool allowEmpty = false)
    {
        var catalog = new FeatureCatalog([Path.GetDirectoryName(Plugins.FeatureCatalogTests.TestPlugin)!]);
        return new CurrentPolicies(
            new DirectoryPolicySource(new PolicyFiles(Policies), catalog),
            new KeptPolicySource(() => kept, catalog),
            allowEmpty
        );
    }
}
