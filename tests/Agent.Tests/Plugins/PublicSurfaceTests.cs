using System.Reflection;
using System.Runtime.InteropServices;
using System.Xml.Linq;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Plugins;

/// <summary>The author of a plugin sees NetEdit.Abstractions, and nothing else of ours.</summary>
public sealed class PublicSurfaceTests
{
    private const string AbstractionsProject = "NetEdit.Abstractions.csproj";
    private static readonly Assembly Abstractions = typeof(ITuningFeature).Assembly;

    public static TheoryData<Type> Mentions { get; } =
    [
        typeof(OfBase),
        typeof(OfInterface),
        typeof(OfConstraint<>),
        typeof(OfField),
        typeof(OfProperty),
        typeof(OfParameter),
        typeof(OfReference),
        typeof(OfReturn),
        typeof(OfMethodConstraint),
        typeof(OfProtected),
        typeof(OfConstructor),
        typeof(OfEvent),
        typeof(OfNested),
        typeof(OfDelegate),
    ];

    public static TheoryData<string> PluginProjects { get; } =
    [
        "src/Features/NetEdit.Features.csproj",
        .. Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Plugin.csproj", SearchOption.AllDirectories)
            .Select(project => Path.GetRelativePath(Repository.Root, project)),
    ];

    [Fact]
    public void Abstractions_reference_the_runtime_alone() =>
        Abstractions.GetReferencedAssemblies().Where(name => !IsOfRuntime(name)).ShouldBeEmpty();

    [Fact]
    public void Public_members_of_the_Abstractions_mention_their_own_types_and_those_of_the_runtime() =>
        Foreign(Abstractions).ShouldBeEmpty();

    [Fact]
    public void A_type_of_another_assembly_of_ours_would_be_found() =>
        Foreign(typeof(DesiredState).Assembly).ShouldContain(typeof(SockopsStage), "the Model mentions it");

    [Theory]
    [MemberData(nameof(Mentions))]
    public void A_type_is_found_wherever_it_is_mentioned(Type mentioning) =>
        PublicSurface.Of(mentioning).ShouldContain(typeof(Mentioned));

    [Fact]
    public void What_is_not_visible_outside_is_not_found() =>
        PublicSurface.Of(typeof(OfPrivate)).ShouldNotContain(typeof(Mentioned));

    [Theory]
    [MemberData(nameof(PluginProjects))]
    public void A_plugin_of_ours_references_the_Abstractions_alone(string project) =>
        XDocument
            .Load(Path.Combine(Repository.Root, project))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileName(reference.Attribute("Include")!.Value))
            .ShouldBe([AbstractionsProject]);

    private static IEnumerable<Type> Foreign(Assembly assembly) =>
        PublicSurface
            .Of(assembly.GetExportedTypes())
            .Where(type => type.Assembly != assembly && !IsOfRuntime(type.Assembly.GetName()));

    private static bool IsOfRuntime(AssemblyName name) =>
        File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), name.Name + ".dll"));

    private class Mentioned;

    private abstract class OfBase : Mentioned;

    private interface OfInterface : IEquatable<Mentioned>;

    private interface OfConstraint<T>
        where T : Mentioned;

    private abstract class OfField
    {
        public static readonly Mentioned[] Fields = [];
    }

    private interface OfProperty
    {
        IReadOnlyList<Mentioned[]> Property { get; }
    }

    private interface OfParameter
    {
        void Take(Func<int, Mentioned> parameter);
    }

    private interface OfReference
    {
        void Fill(out Mentioned parameter);
    }

    private interface OfReturn
    {
        Mentioned Get();
    }

    private interface OfMethodConstraint
    {
        void Take<T>()
            where T : Mentioned;
    }

    private abstract class OfProtected
    {
        protected abstract Mentioned Get();
    }

    private abstract class OfConstructor
    {
        protected OfConstructor(Mentioned parameter) => _ = parameter;
    }

    private interface OfEvent
    {
        event EventHandler<Mentioned> Happened;
    }

    private abstract class OfNested
    {
        protected interface Inside
        {
            Mentioned Get();
        }
    }

    private delegate void OfDelegate(Mentioned parameter);

    private abstract class OfPrivate
    {
        internal Mentioned? Property { get; }
    }
}
