using NetEdit.Agent.Host;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Tests.Host;

public sealed class CgroupTimesTests
{
    [Fact]
    public void The_earliest_time_of_a_directory_is_when_it_was_created()
    {
        using var directory = new TemporaryDirectory();
        var now = TimeProvider.System.GetUtcNow();
        Directory.SetLastWriteTimeUtc(directory.Path, now.UtcDateTime.AddHours(1));
        Directory.SetLastAccessTimeUtc(directory.Path, now.UtcDateTime.AddHours(2));
        var id = SystemCalls.IdentityOf(directory.Path)!.Value.Inode;

        CgroupTimes.CreatedAt(directory.Path, id).ShouldNotBeNull().ShouldBe(now, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Another_one_in_its_place_is_not_it()
    {
        using var directory = new TemporaryDirectory();
        var id = SystemCalls.IdentityOf(directory.Path)!.Value.Inode;

        CgroupTimes.CreatedAt(directory.Path, id + 1).ShouldBeNull();
        CgroupTimes.CreatedAt(directory.Path + "/gone", id).ShouldBeNull();
    }
}
