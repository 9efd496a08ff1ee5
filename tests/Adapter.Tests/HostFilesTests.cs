namespace NetEdit.Adapter.Tests;

public sealed class HostFilesTests : IDisposable
{
    private readonly string _directory = TrustedDirectory.Create("netedit-files-");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Only_what_does_not_exist_is_absent()
    {
        File.CreateSymbolicLink(At("loop"), "loop");
        File.WriteAllText(At("file"), "");

        HostFiles.Exists(At("none")).ShouldBeFalse();
        HostFiles.Exists(At("loop")).ShouldBeTrue("a link is there, wherever it leads");
        Failure(() => HostFiles.Exists(At("loop/x")))
            .ShouldBe((40, $"could not look at {At("loop/x")}: ELOOP (a symbolic link, or too many of them)"));
        Failure(() => HostFiles.Exists(At("file/x")))
            .ShouldBe((20, $"could not look at {At("file/x")}: ENOTDIR (not a directory)"));
    }

    [Fact]
    public void A_directory_that_cannot_be_listed_is_not_empty()
    {
        Directory.CreateDirectory(At("b/c"));
        File.WriteAllText(At("b/d"), "");
        File.CreateSymbolicLink(At("link"), "b");

        HostFiles.List(At("none")).ShouldBeNull();
        HostFiles.List(At("b"))!.ShouldBe([new DirectoryEntry("c", true), new DirectoryEntry("d", false)]);
        Failure(() => HostFiles.List(At("b/d")))
            .ShouldBe((20, $"could not open the directory {At("b/d")}: ENOTDIR (not a directory)"));
        Failure(() => HostFiles.List(At("link"))).Errno.ShouldBe(20);
    }

    [Fact]
    public void What_cannot_be_changed_says_operation_path_and_errno()
    {
        Directory.CreateDirectory(At("b/c"));
        File.WriteAllText(At("file"), "text");

        HostFiles.Remove(At("none"));
        HostFiles.RemoveEmptyDirectory(At("none"));
        HostFiles.RemoveEmptyDirectory(At("b"));
        HostFiles.MakeDirectory(At("b"));
        Directory.Exists(At("b/c")).ShouldBeTrue("it is not empty");
        HostFiles.ReadText(At("file")).ShouldBe("text");
        Failure(() => HostFiles.Remove(At("b"))).ShouldBe((21, $"could not remove {At("b")}: EISDIR (a directory)"));
        Failure(() => HostFiles.RemoveEmptyDirectory(At("file"))).Errno.ShouldBe(20);
        Failure(() => HostFiles.MakeDirectory(At("file/x"))).Errno.ShouldBe(20);
        Failure(() => HostFiles.Move(At("none"), At("x")))
            .ShouldBe((2, $"could not move {At("none")} to {At("x")}: ENOENT (does not exist)"));
        Failure(() => HostFiles.ReadText(At("b"))).ShouldBe((21, $"could not read {At("b")}: EISDIR (a directory)"));
        Failure(() => HostFiles.ReadText("/proc/self/mem")).Errno.ShouldBe(5);
    }

    private string At(string name) => Path.Combine(_directory, name);

    private static (int Errno, string Message) Failure(Action action)
    {
        var failure = Should.Throw<BpfException>(action);
        failure.IsOfFile.ShouldBeTrue();
        return (failure.Errno, failure.Message);
    }
}
