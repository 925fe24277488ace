using Weir.Configuration;

namespace Weir.Tests.Configuration;

public sealed class StateDirectoryTests
{
    [Theory]
    [InlineData("/given", "/service", "/user", "/users/me", "/given")]
    [InlineData(null, "/service", "/user", "/users/me", "/service")]
    [InlineData(null, "/service:/other", "/user", "/users/me", "/service")]
    [InlineData(null, null, "/user", "/users/me", "/user/weir")]
    [InlineData(null, "", "", "/users/me", "/users/me/.local/state/weir")]
    [InlineData(null, null, null, null, null)]
    public void Find_Places_TakesTheFirstThatIsGiven(string? given, string? service, string? user, string? home, string? expected)
    {
        string? found = StateDirectory.Find(given, name => name switch
        {
            "STATE_DIRECTORY" => service,
            "XDG_STATE_HOME" => user,
            "HOME" => home,
            _ => throw new ArgumentException(name),
        });

        Assert.Equal(expected, found);
    }

    [Fact]
    public void LoadKey_NoFolder_IsEphemeralAndSaysSo()
    {
        StateDirectory.LoadKey(null, out string? problem);

        Assert.NotNull(problem);
    }

    [Fact]
    public void LoadKey_FolderThatCannotBeMade_IsEphemeralAndSaysSo()
    {
        StateDirectory.LoadKey("/dev/null/weir", out string? problem);

        Assert.NotNull(problem);
    }

    [Fact]
    public void LoadKey_GoodFolder_KeepsTheKeyThere()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("weir-state-");
        try
        {
            StateDirectory.LoadKey(Path.Combine(folder.FullName, "deep"), out string? problem);

            Assert.Null(problem);
            Assert.Equal(32, new FileInfo(Path.Combine(folder.FullName, "deep", "stickiness.key")).Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
