using Weir.Configuration;
using Weir.Hosting;
using Weir.Model;

namespace Weir.Tests.Hosting;

public sealed class CertificateFileWatchTests : IDisposable
{
    private static readonly DateTime _now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly CertificateFile _file = new("CN=site.test");
    private readonly ManualTime _time = new() { Now = _now };
    private readonly CertificateFileWatch _watch;
    private readonly BalancerSnapshot _snapshot;
    private readonly TlsTickets _tickets;

    public CertificateFileWatchTests()
    {
        _watch = new CertificateFileWatch(_time);
        _tickets = new TlsTickets(_time);
        _snapshot = SnapshotOf(_file.Path);
    }

    public void Dispose() => _file.Dispose();

    [Fact]
    public void HasChanged_OtherLengthOrTime_IsSeenOnce()
    {
        Remember(writtenAgo: TimeSpan.FromDays(1));
        Assert.False(HasChanged());
        File.AppendAllText(_file.Path, "\n");
        Assert.True(HasChanged());
        Assert.False(HasChanged());
        Replace();
        Assert.True(HasChanged());
        Assert.False(HasChanged());
        File.Delete(_file.Path);
        Assert.True(HasChanged());
        Assert.False(HasChanged());
    }

    [Fact]
    public void HasChanged_WrittenAgainWithinTheGrainOfTheClock_IsSeenAtTheNextLook()
    {
        Remember(writtenAgo: TimeSpan.FromSeconds(1));
        Replace(keepTime: true);
        Assert.True(HasChanged());
    }

    [Fact]
    public void HasChanged_SameLengthAndTimeAsLongAgo_IsSeenWithinAMinute()
    {
        Remember(writtenAgo: TimeSpan.FromDays(1));
        Replace(keepTime: true);
        int looks = 1;
        while (!HasChanged())
        {
            looks++;
        }

        // Which shows too that the looks in between have not read it.
        Assert.Equal(TimeSpan.FromMinutes(1), looks * CertificateFileWatch.Interval);
    }

    // A load reads one file after another, and may take long.
    [Fact]
    public void HasChanged_ReplacedAfterItWasRead_IsSeen()
    {
        File.SetLastWriteTimeUtc(_file.Path, _now.AddDays(-1));
        _ = _tickets.Load(_snapshot, out _, out _);
        Replace();
        _watch.Remember(_tickets.Files.TakeLooks());
        Assert.True(HasChanged());
    }

    [Fact]
    public void HasChanged_OfNoUse_IsSeenOnce_AndOnceItIsOfUseAgain()
    {
        Remember(writtenAgo: TimeSpan.FromDays(1));
        string before = File.ReadAllText(_file.Path);
        Replace();
        Assert.True(HasChanged());
        Load(_snapshot);
        for (TimeSpan passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(2); passed += CertificateFileWatch.Interval)
        {
            Assert.False(HasChanged());
        }

        File.WriteAllText(_file.Path, before);
        Assert.True(HasChanged());
    }

    // As Kubernetes replaces a secret: what is named is a link, through a folder that is a link too.
    [Fact]
    public void HasChanged_LinkThatLeadsElsewhere_IsSeen()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("weir-watch-");
        try
        {
            foreach (string version in (string[])["one", "two"])
            {
                string file = Path.Combine(folder.CreateSubdirectory(version).FullName, "tls.pem");
                File.WriteAllText(file, version);
                File.SetLastWriteTimeUtc(file, version == "one" ? _now.AddDays(-2) : _now.AddDays(-1));
            }

            string current = Path.Combine(folder.FullName, "current"), named = Path.Combine(folder.FullName, "tls.pem");
            Directory.CreateSymbolicLink(current, "one");
            File.CreateSymbolicLink(named, "current/tls.pem");
            BalancerSnapshot snapshot = SnapshotOf(named);
            Load(snapshot);
            Assert.False(_watch.HasChanged(snapshot, _tickets.Files));
            Directory.Delete(current);
            Directory.CreateSymbolicLink(current, "two");
            Assert.True(_watch.HasChanged(snapshot, _tickets.Files));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static BalancerSnapshot SnapshotOf(string file) => SnapshotCompiler.Compile(FlagReader.Read(
        new ConfigurationFlags { Listen = ["https://443"], Certificate = [file], Target = ["http://10.0.0.1:3000"] }, out _)!.Source.Load().Definition!).Snapshot!;

    private void Remember(TimeSpan writtenAgo)
    {
        File.SetLastWriteTimeUtc(_file.Path, _now - writtenAgo);
        Load(_snapshot);
    }

    private void Load(BalancerSnapshot snapshot)
    {
        _ = _tickets.Load(snapshot, out _, out _);
        _watch.Remember(_tickets.Files.TakeLooks());
    }

    // By contents of the same length.
    private void Replace(bool keepTime = false)
    {
        DateTime time = File.GetLastWriteTimeUtc(_file.Path);
        File.WriteAllText(_file.Path, new string('x', (int)new FileInfo(_file.Path).Length));
        File.SetLastWriteTimeUtc(_file.Path, keepTime ? time : time.AddSeconds(1));
    }

    private bool HasChanged()
    {
        _time.Now += CertificateFileWatch.Interval;
        return _watch.HasChanged(_snapshot, _tickets.Files);
    }
}
