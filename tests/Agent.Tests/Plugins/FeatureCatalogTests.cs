using NetEdit.Agent.Cli;
using NetEdit.Agent.Plugins;
using NetEdit.Features;
using Shouldly;
using Xunit;

namespace NetEdit.Agent.Tests.Plugins;

public sealed class FeatureCatalogTests : IDisposable
{
    internal const string PluginName = "NetEdit.Agent.Tests.SamplePlugin.dll";
    private readonly TemporaryDirectory _directory = new();

    internal static string SamplePlugin => Path.Combine(AppContext.BaseDirectory, "plugins", PluginName);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Names_are_known_without_loading_the_assembly()
    {
        Install(PluginName);

        var catalog = new FeatureCatalog([_directory.Path]);

        catalog.Names.ShouldBe(["sample", "sample-broken"]);
        catalog.Problems.ShouldBeEmpty();
        AppDomain.CurrentDomain.GetAssemblies().ShouldNotContain(assembly => assembly.Location.StartsWith(_directory.Path, StringComparison.Ordinal));
    }

    [Fact]
    public void A_feature_is_loaded_when_it_is_asked_for_and_shares_our_types()
    {
        Install(PluginName);
        var catalog = new FeatureCatalog([_directory.Path]);

        var feature = catalog.Find("sample").ShouldNotBeNull();

        feature.Parameters[0].ShouldBe(new ParameterSpec("number", ParameterKind.Count, 1, 100, "The number.", Required: true));
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

        catalog.Problems.ShouldHaveSingleItem().Message.ShouldBe("the feature 'sample-broken' cannot be loaded: made to fail");
    }

    [Fact]
    public void Damaged_and_foreign_files_are_problems_and_the_others_go_on()
    {
        Install(PluginName);
        _directory.Write("a-text.dll", "this is no assembly");
        File.WriteAllBytes(_directory.Combine("b-truncated.dll"), File.ReadAllBytes(SamplePlugin)[..1000]);
        File.WriteAllBytes(_directory.Combine("c-empty.dll"), []);

        var catalog = new FeatureCatalog([_directory.Path]);

        catalog.Problems.Select(problem => Path.GetFileName(problem.Path)).ShouldBe(["a-text.dll", "b-truncated.dll", "c-empty.dll"]);
        catalog.Names.ShouldBe(["sample", "sample-broken"]);
    }

    [Fact]
    public void Two_assemblies_with_one_feature_are_an_error_that_names_both()
    {
        Install("first.dll");
        Install("second.dll");

        var error = Should.Throw<CliException>(() => new FeatureCatalog([_directory.Path]));

        error.Message.ShouldContain("'sample'");
        error.Message.ShouldContain("first.dll");
        error.Message.ShouldContain("second.dll");
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
        new FeatureCatalog([FeatureCatalog.BuiltInDirectory]).Problems.ShouldNotContain(problem => problem.Message == "no such directory");
        new FeatureCatalog(["/nowhere"]).Problems.ShouldHaveSingleItem().ToString().ShouldBe("/nowhere: no such directory");
    }

    private string Install(string name)
    {
        var path = _directory.Combine(name);
        File.Copy(SamplePlugin, path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
