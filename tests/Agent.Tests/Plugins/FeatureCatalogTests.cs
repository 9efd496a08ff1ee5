using NetEdit.Agent.Cli;
using NetEdit.Agent.Plugins;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Plugins;

public sealed class FeatureCatalogTests : IDisposable
{
    internal const string PluginName = "NetEdit.TestPlugin.dll";
    private readonly TemporaryDirectory _directory = new(AppContext.BaseDirectory);

    internal static string TestPlugin => Path.Combine(AppContext.BaseDirectory, "plugins", PluginName);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Names_are_known_without_loading_the_assembly()
    {
        Install(PluginName);

        var catalog = new FeatureCatalog([_directory.Path]);

        catalog.Names.ShouldContain("sample");
        catalog.Names.ShouldContain("sample-broken");
        catalog.Problems.ShouldBeEmpty();
        catalog.Loaded.ShouldBeEmpty();
    }

    [Fact]
    public void A_feature_is_loaded_when_it_is_asked_for_and_shares_our_types()
    {
        Install(PluginName);
        var catalog = new FeatureCatalog([_directory.Path]);

        var feature = catalog.Find("sample").ShouldNotBeNull();

        feature
            .Parameters[0]
            .ShouldBe(new ParameterSpec("number", ParameterKind.Count, 1, 100, "The number.", Required: true));
        var block = new byte[FeatureLimits.ParameterBytes];
        feature.Encode(new ParameterValues([new("number", 7)]), block);
        block[0].ShouldBe((byte)7);
        catalog.Find("sample").ShouldBeSameAs(feature);
        catalog.Find("missing").ShouldBeNull();
    }

    [Fact]
    public void A_feature_that_cannot_be_made_is_a_problem_and_the_others_go_on()
    {
        Install(PluginName);
        var catalog = new FeatureCatalog([_directory.Path]);

        catalog.Find("sample-broken").ShouldBeNull();
        catalog.Find("sample").ShouldNotBeNull();

        catalog
            .Problems.ShouldHaveSingleItem()
            .Message.ShouldBe("the feature 'sample-broken' cannot be loaded: made to fail");
    }

    [Fact]
    public void Damaged_and_foreign_files_are_problems_and_the_others_go_on()
    {
        Install(PluginName);
        _directory.Write("a-text.dll", "this is no assembly");
        File.WriteAllBytes(_directory.Combine("b-truncated.dll"), File.ReadAllBytes(TestPlugin)[..1000]);
        File.WriteAllBytes(_directory.Combine("c-empty.dll"), []);

        var catalog = new FeatureCatalog([_directory.Path]);

        catalog
            .Problems.Select(problem => Path.GetFileName(problem.Path))
            .ShouldBe(["a-text.dll", "b-truncated.dll", "c-empty.dll"]);
        catalog.Names.ShouldContain("sample");
    }

    [Fact]
    public void Of_two_assemblies_with_one_feature_the_first_is_kept_and_the_other_is_a_problem()
    {
        Install("first.dll");
        Install("second.dll");

        var catalog = new FeatureCatalog([_directory.Path]);

        catalog.Names.ShouldContain("sample");
        catalog.Find("sample").ShouldNotBeNull();
        catalog
            .Problems.Count(problem =>
                problem.Path == _directory.Combine("second.dll")
                && problem.Message.Contains(_directory.Combine("first.dll"), StringComparison.Ordinal)
            )
            .ShouldBe(catalog.Names.Count, "one for each feature");
    }

    [Fact]
    public void A_directory_below_one_that_others_can_write_is_refused()
    {
        Directory.CreateDirectory(_directory.Combine("open", "plugins"));
        Install("open/plugins/" + PluginName);
        File.SetUnixFileMode(_directory.Combine("open"), (UnixFileMode)0b111_111_111);

        var catalog = new FeatureCatalog([_directory.Combine("open", "plugins")]);

        catalog.Names.ShouldBeEmpty();
        catalog
            .Problems.ShouldHaveSingleItem()
            .Message.ShouldContain($"'{_directory.Combine("open")}' can be written by");
    }

    [Fact]
    public void A_link_leads_only_where_every_step_can_be_trusted()
    {
        Directory.CreateDirectory(_directory.Combine("open", "plugins"));
        Install("open/plugins/" + PluginName);
        File.SetUnixFileMode(_directory.Combine("open"), (UnixFileMode)0b111_111_111);
        Directory.CreateSymbolicLink(_directory.Combine("link"), "open/plugins");

        var catalog = new FeatureCatalog([_directory.Combine("link")]);

        catalog.Names.ShouldBeEmpty();
    }

    [Fact]
    public void What_takes_the_place_of_a_plugin_after_it_was_checked_is_not_loaded()
    {
        Directory.CreateDirectory(_directory.Combine("plugins"));
        Install("plugins/" + PluginName);
        var catalog = new FeatureCatalog([_directory.Combine("plugins")]);

        Directory.Move(_directory.Combine("plugins"), _directory.Combine("away"));
        _directory.Write("plugins/" + PluginName, "another's");

        catalog.Find("sample").ShouldNotBeNull();
    }

    [Fact]
    public void A_dependency_that_others_can_write_is_not_loaded_and_one_that_is_ours_is()
    {
        var dependency = PluginWithDependency.Write(_directory.Path);
        new FeatureCatalog([_directory.Path]).Find(PluginWithDependency.Feature).ShouldBeNull();
        var trusted = new FeatureCatalog([_directory.Path]);
        trusted.Find(PluginWithDependency.Feature);
        trusted
            .Problems.ShouldHaveSingleItem()
            .Message.ShouldContain("Dependent is no ITuningFeature", customMessage: "its constructor ran");

        File.SetUnixFileMode(dependency, File.GetUnixFileMode(dependency) | UnixFileMode.OtherWrite);
        var catalog = new FeatureCatalog([_directory.Path]);
        catalog.Find(PluginWithDependency.Feature);

        catalog.Problems.ShouldContain(problem =>
            problem.Path == _directory.Combine("Dependent.dll")
            && problem.Message.Contains("refused", StringComparison.Ordinal)
        );
        catalog.Problems.ShouldNotContain(problem =>
            problem.Message.Contains("is no ITuningFeature", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_plugin_shares_the_Abstractions_with_the_agent_and_no_other_assembly()
    {
        Problem("abstractions", typeof(ParameterValues), nameof(ParameterValues.Empty))
            .ShouldContain("Dependent is no ITuningFeature", customMessage: "its constructor ran");
        Problem("model", typeof(DesiredState), nameof(DesiredState.Empty))
            .ShouldContain("it needs NetEdit.Model.dll, which the agent does not share with plugins");

        string Problem(string directory, Type used, string property)
        {
            Directory.CreateDirectory(_directory.Combine(directory));
            PluginWithDependency.Write(_directory.Combine(directory), used.GetProperty(property)!.GetMethod!);
            var catalog = new FeatureCatalog([_directory.Combine(directory)]);
            catalog.Find(PluginWithDependency.Feature);
            return catalog.Problems.ShouldHaveSingleItem().Message;
        }
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_directory_that_others_can_write_is_refused(UnixFileMode mode)
    {
        Install(PluginName);
        File.SetUnixFileMode(_directory.Path, File.GetUnixFileMode(_directory.Path) | mode);

        var catalog = new FeatureCatalog([_directory.Path]);

        catalog.Names.ShouldBeEmpty();
        catalog.Problems.ShouldHaveSingleItem().Message.ShouldContain("chmod go-w");
    }

    [Fact]
    public void A_file_that_others_can_write_is_refused()
    {
        var file = Install(PluginName);
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherWrite);

        var catalog = new FeatureCatalog([_directory.Path]);

        catalog.Names.ShouldBeEmpty();
        catalog.Problems.ShouldHaveSingleItem().Path.ShouldBe(file);
    }

    [Fact]
    public void A_missing_directory_is_a_problem_only_when_it_was_asked_for()
    {
        new FeatureCatalog([FeatureCatalog.BuiltInDirectory]).Problems.ShouldNotContain(problem =>
            problem.Message == "no such directory"
        );
        new FeatureCatalog(["/nowhere"])
            .Problems.ShouldHaveSingleItem()
            .ToString()
            .ShouldBe("/nowhere: no such directory");
    }

    private string Install(string name)
    {
        var path = _directory.Combine(name);
        File.Copy(TestPlugin, path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
