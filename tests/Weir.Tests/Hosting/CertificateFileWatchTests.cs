using Weir.Configuration;
using Weir.Hosting;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Tests.Hosting;

public sealed class CertificateFileWatchTests : IDisposable
{
    private static readonly DateTime _now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly CertificateFile _file = new("CN=site.test");
    private readonly ManualTime _time = new() { Now = _now };
    private readonly CertificateFileWatch _watch;
    private readonly BalancerSnapshot _snapshot;
    private readonly TlsFiles _files = new();

    public CertificateFileWatchTests()
    {
        _watch = new CertificateFileWatch(_time);
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
            _watch.Remember(snapshot, _files);
            Assert.False(_watch.HasChanged(snapshot, _files));
            Directory.Delete(current);
            Directory.CreateSymbolicLink(current, "two");
            Assert.True(_watch.HasChanged(snapshot, _files));
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
        _watch.Remember(_snapshot, _files);
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
        return _watch.HasChanged(_snapshot, _files);
    }

    private sealed class ManualTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
