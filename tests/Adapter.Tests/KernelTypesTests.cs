using System.Buffers.Binary;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

[Collection<KernelCollection>]
public sealed unsafe class KernelTypesTests
{
    private const string Owner = "a test";
    private const int KindAt = 12;

    public static TheoryData<string> Objects => ["chain", "live", "live sockets", "connections", "congestion control"];

    /// <summary>The kernel's tag of a program is a hash of its instructions as libbpf relocated them.</summary>
    [KernelTheory]
    [MemberData(nameof(Objects))]
    public void The_few_types_relocate_an_object_as_all_of_them_do(string name)
    {
        var image = ImageOf(name);

        var few = KernelTypes.For(Owner, image).ShouldNotBeNull();
        few.Length.ShouldBeLessThan(64 * 1024);
        Tags(LoadedObject.Open(Owner, image)).ShouldBe(Tags(LoadedObject.OpenUnloaded(Owner, image)));
    }

    [Fact]
    public void Types_are_known_by_their_names_without_a_flavour()
    {
        var names = Relocations.Types(Owner, ImageOf("live")).ShouldNotBeNull();

        names.ShouldContain("sock");
        names.ShouldAllBe(name => !name.Contains("___", StringComparison.Ordinal));
    }

    [KernelFact]
    public void What_the_kernel_itself_does_not_have_is_left_to_libbpf()
    {
        var all = File.ReadAllBytes("/sys/kernel/btf/vmlinux");

        KernelTypes.Extract(all, ["sock"]).ShouldNotBeEmpty();
        KernelTypes.Extract(all, ["sock", "netedit_no_such_type"]).ShouldBeEmpty();
    }

    /// <summary>The number that a type has in the kernel is not its number among a few; whether two match, only what their pointers lead to tells.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(99)]
    public void What_a_few_types_cannot_answer_is_left_to_libbpf(byte kind)
    {
        var image = ImageOf("live");
        var extension = ElfSections.Of(Owner, image).Single(section => section.Name == ".BTF.ext");
        var head = BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(extension.Start + 4));
        var relocations =
            extension.Start + head + BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(extension.Start + 24));
        const int FirstRecord = 4 + 8;

        image[relocations + FirstRecord + KindAt] = kind;

        KernelTypes.For(Owner, image).ShouldBeNull();
    }

    [Fact]
    public void A_damaged_object_is_left_to_libbpf_or_refused()
    {
        var image = ImageOf("live");
        var sections = ElfSections.Of(Owner, image).Where(section => section.Name is ".BTF" or ".BTF.ext").ToList();
        var random = new Random(1);
        for (var turn = 0; turn < 2000; turn++)
        {
            var damaged = image.ToArray();
            var section = sections[turn % sections.Count];
            damaged[section.Start + random.Next(Math.Min(section.Length, turn % 3 == 0 ? 48 : section.Length))] = (byte)
                random.Next(256);

            Should.NotThrow(() => Relocations.Types(Owner, damaged));
        }
    }

    [KernelFact]
    public void Damaged_types_of_the_kernel_give_nothing_or_types()
    {
        var few = KernelTypes.Extract(File.ReadAllBytes("/sys/kernel/btf/vmlinux"), ["tcp_sock"]);
        var random = new Random(2);
        for (var turn = 0; turn < 2000; turn++)
        {
            var damaged = few.ToArray();
            damaged[random.Next(turn % 3 == 0 ? Btf.HeadBytes : damaged.Length)] = (byte)random.Next(256);

            Should.NotThrow(() => KernelTypes.Extract(damaged, ["tcp_sock"]));
        }

        KernelTypes.Extract(few.AsSpan(0, few.Length - 1), ["tcp_sock"]).ShouldBeEmpty();
        KernelTypes.Extract([], ["tcp_sock"]).ShouldBeEmpty();
    }

    private static byte[] ImageOf(string name)
    {
        var objects = AdapterObjects.Embedded;
        return name switch
        {
            "chain" => ChainLinker.Link(
                objects.SockopsChain,
                [.. ((ITuningFeature[])[Dctcp, InitialCwnd, ReceiveWindow]).Select(Stage)]
            ),
            "live" => ChainLinker.Link(objects.Live, ChainLinker.LiveSymbol, []),
            "tuned sockets" => objects.TunedSockets.Image.ToArray(),
            "connections" => objects.Connections.Image.ToArray(),
            _ => Dctcp
                .Variants.SelectMany(variant => variant.Programs)
                .OfType<CongestionControl>()
                .First()
                .Object.Image.ToArray(),
        };
    }

    private static ChainStage Stage(ITuningFeature feature)
    {
        var variant = feature.Variants.First(variant => variant.Programs.OfType<SockopsStage>().Any());
        return new ChainStage(feature.Name, variant.Name, variant.Programs.OfType<SockopsStage>().First());
    }

    private static List<string> Tags(LoadedObject opened)
    {
        using (opened)
        {
            opened.Load();
            return
            [
                .. opened
                    .Programs()
                    .Select(program => LoadedObject.NameOf(program) + " " + Tag(LibBpf.bpf_program__fd(program))),
            ];
        }
    }

    /* struct bpf_prog_info: type and id, then the tag. */
    private static string Tag(int program)
    {
        var info = stackalloc byte[16];
        var length = 16u;
        LibBpf.bpf_obj_get_info_by_fd(program, info, &length).ShouldBe(0);
        return Convert.ToHexStringLower(new ReadOnlySpan<byte>(info + 8, 8));
    }
}
