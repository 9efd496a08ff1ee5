using NetEdit.Agent.Policies;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Tests.Policies;

public sealed class PolicyFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_tree_is_read_without_hidden_temporary_and_other_files()
    {
        _directory.Write("b.yaml", "b");
        _directory.Write("sub/a.yaml", "a");
        foreach (
            var name in (string[])
                [".hidden.yaml", "c.yaml~", "c.yaml.tmp", "c.yaml.swp", "c.yaml.part", "notes.txt", ".git/x.yaml"]
        )
        {
            _directory.Write(name, "no");
        }

        var snapshot = new PolicyFiles(_directory.Path).Read();

        snapshot
            .Files.Select(file => Path.GetRelativePath(_directory.Path, file.File))
            .ShouldBe(["b.yaml", "sub/a.yaml"]);
        snapshot.Errors.ShouldBeEmpty();
        snapshot
            .NotRead.Select(entry => entry.ToString()[(_directory.Path.Length + 1)..])
            .ShouldBe([
                ".git: not read; its name begins with a dot",
                ".hidden.yaml: not read; its name begins with a dot",
                "c.yaml.part: not read; its name ends in .part, like an unfinished file or a backup",
                "c.yaml.swp: not read; its name ends in .swp, like an unfinished file or a backup",
                "c.yaml.tmp: not read; its name ends in .tmp, like an unfinished file or a backup",
                "c.yaml~: not read; its name ends in ~, like an unfinished file or a backup",
                "notes.txt: not read; its name ends neither in .yaml nor in .yml",
            ]);
    }

    [Fact]
    public void Yaml_and_yml_are_both_read_and_are_two_files()
    {
        _directory.Write("a.yaml", "1");
        _directory.Write("a.yml", "2");

        var snapshot = new PolicyFiles(_directory.Path).Read();

        snapshot.Files.Select(file => Path.GetFileName(file.File)).ShouldBe(["a.yaml", "a.yml"]);
        snapshot.NotRead.ShouldBeEmpty();
    }

    [Fact]
    public void Standard_input_is_read_once_and_within_the_limit_of_a_file()
    {
        var opened = 0;
        var input = new StandardInput(() =>
        {
            opened++;
            return new MemoryStream("policy"u8.ToArray());
        });

        input.Read().Content.ShouldBe("policy"u8.ToArray());
        input.Read().Error.ShouldBeNull();
        opened.ShouldBe(1);
        new StandardInput(() => new MemoryStream(new byte[PolicyLimits.FileBytes + 1]))
            .Read()
            .Error.ShouldBe($"standard input exceeds the limit of {PolicyLimits.FileBytes >> 20} MiB");
        new StandardInput(() => new MemoryStream(new byte[PolicyLimits.FileBytes])).Read().Error.ShouldBeNull();
    }

    [Fact]
    public void A_file_that_is_named_is_read_whatever_its_name()
    {
        var path = _directory.Write(".policy.txt", "x");

        new PolicyFiles(path).Read().Files.Select(file => file.File).ShouldBe([path]);
    }

    [Fact]
    public void A_directory_that_two_links_lead_to_is_read_once_and_the_second_is_listed()
    {
        _directory.Write("outside/a.yaml", "a");
        var policies = Directory.CreateDirectory(_directory.Combine("policies")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(policies, "one"), "../outside");
        Directory.CreateSymbolicLink(Path.Combine(policies, "two"), "../outside");

        var snapshot = new PolicyFiles(policies).Read();

        snapshot.Files.Length.ShouldBe(1);
        snapshot
            .NotRead.ShouldHaveSingleItem()
            .Reason.ShouldBe("not read again; another link leads to the same directory");
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_an_error()
    {
        File.CreateSymbolicLink(_directory.Combine("a.yaml"), "nowhere");

        var error = new PolicyFiles(_directory.Path).Read().Errors.ShouldHaveSingleItem();
        error.Message.ShouldBe("is a link to nowhere, which does not exist");
    }

    [Fact]
    public void A_link_whose_directory_went_is_an_error_whatever_its_name()
    {
        _directory.Write("outside/a.yaml", "a");
        var policies = Directory.CreateDirectory(_directory.Combine("policies")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(policies, "team"), "../outside");
        var files = new PolicyFiles(policies);
        files.Read().Files.Length.ShouldBe(1);

        Directory.Move(_directory.Combine("outside"), _directory.Combine("elsewhere"));

        var error = files.Read().Errors.ShouldHaveSingleItem();
        error.File.ShouldBe(Path.Combine(policies, "team"));
        error.Message.ShouldBe("is a link to ../outside, which does not exist");
        WatchList
            .ForPolicies(policies)
            .Entries.ShouldContain(
                entry => entry.Directory == _directory.Path && entry.Names.Contains("outside"),
                "its return is seen"
            );
    }

    [Fact]
    public void A_directory_behind_a_link_that_went_is_said_to_be_that()
    {
        Directory.CreateSymbolicLink(_directory.Combine("link"), "nowhere");

        new PolicyFiles(_directory.Combine("link", "policies"))
            .Read()
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldBe(
                $"cannot be reached: {_directory.Combine("link")} is a link to nowhere, which does not exist"
            );
    }

    [Fact]
    public void A_directory_that_cannot_be_read_is_an_error_and_does_not_end_the_program()
    {
        Directory.CreateSymbolicLink(_directory.Combine("circle"), "circle");

        new PolicyFiles(_directory.Path)
            .Read()
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldBe("cannot be read: Too many levels of symbolic links");
        WatchList.ForPolicies(_directory.Path).Entries.ShouldNotBeEmpty();
    }

    [Fact]
    public void Of_very_many_entries_the_first_are_listed_and_the_others_counted()
    {
        for (var i = 0; i < 150; i++)
        {
            _directory.Write($"{i:000}.txt", "");
        }

        var unread = new PolicyFiles(_directory.Path).Read().NotRead;

        unread.Length.ShouldBe(101);
        unread[^1].Reason.ShouldBe("50 more entries are not read");
    }

    [Fact]
    public void A_kubernetes_mount_is_read_once()
    {
        _directory.Write("..2026_01_01/web.yaml", "web");
        File.CreateSymbolicLink(_directory.Combine("..data"), "..2026_01_01");
        File.CreateSymbolicLink(_directory.Combine("web.yaml"), "..data/web.yaml");

        var snapshot = new PolicyFiles(_directory.Path).Read();
        snapshot.Files.Select(file => file.File).ShouldBe([_directory.Combine("web.yaml")]);
        snapshot.NotRead.ShouldBeEmpty();
    }

    [Fact]
    public void Links_in_a_circle_end()
    {
        _directory.Write("sub/a.yaml", "a");
        Directory.CreateSymbolicLink(_directory.Combine("sub", "up"), _directory.Path);

        new PolicyFiles(_directory.Path).Read().Files.Length.ShouldBe(1);
    }

    [Fact]
    public void A_file_that_is_being_written_keeps_its_last_whole_content()
    {
        var path = _directory.Write("web.yaml", "whole");
        var files = new PolicyFiles(_directory.Path);
        var before = files.Read();

        using (var writer = new FileStream(path, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite))
        {
            writer.Write("hal"u8);
            writer.Flush(flushToDisk: true);

            var during = files.Read();
            during.BeingWritten.ShouldBe([path]);
            during.Fingerprint.ShouldBe(before.Fingerprint);
            during.Files[0].Content.ToArray().ShouldBe("whole"u8.ToArray());
        }

        var after = files.Read();
        after.BeingWritten.ShouldBeEmpty();
        after.Files[0].Content.ToArray().ShouldBe("hal"u8.ToArray());
        after.Fingerprint.ShouldNotBe(before.Fingerprint);
    }

    [Fact]
    public void A_new_file_that_is_being_written_is_left_out()
    {
        using var writer = new FileStream(
            _directory.Combine("web.yaml"),
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.ReadWrite
        );

        var snapshot = new PolicyFiles(_directory.Path).Read();

        snapshot.Files.ShouldBeEmpty();
        snapshot.BeingWritten.ShouldBe([_directory.Combine("web.yaml")]);
    }

    [Fact]
    public void What_cannot_be_read_is_an_error_that_says_so()
    {
        new PolicyFiles("/nowhere").Read().Errors[0].ToString().ShouldBe("/nowhere: no such file or directory");
        using (var large = File.Create(_directory.Combine("large.yaml")))
        {
            large.SetLength(50 * 1024 * 1024);
        }

        File.CreateSymbolicLink(_directory.Combine("pipe.yaml"), "/dev/zero");
        var snapshot = new PolicyFiles(_directory.Path).Read();
        snapshot
            .Errors.Select(error => error.Message)
            .ShouldBe(["the file has 52428800 bytes; the limit is 1 MiB", "is not a regular file"]);
        snapshot.Files.ShouldBeEmpty();
    }
}
