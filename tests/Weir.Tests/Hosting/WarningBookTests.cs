using Weir.Balancer;
using Weir.Configuration;
using Weir.Hosting;
using Weir.Model;

namespace Weir.Tests.Hosting;

public sealed class WarningBookTests
{
    private readonly ManualTime _time = new() { Now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) };
    private readonly WarningBook _book = new();

    [Fact]
    public void Add_CertificateThatComesToItsEndUntouched_IsWarnedOfOnceWhenItIsNear_AndOnceWhenItHasCome()
    {
        using var file = new CertificateFile("CN=site.test", notAfter: _time.Now.AddDays(20));
        BalancerSnapshot snapshot = SnapshotCompiler.Compile(FlagReader.Read(
            new ConfigurationFlags { Listen = ["https://443"], Certificate = [file.Path], Target = ["http://10.0.0.1:3000"] }, out _)!
            .Source.Load().Definition!).Snapshot!;
        var tickets = new TlsTickets(_time);
        BalancerTls tls = tickets.Load(snapshot, out _, out var warnings)!;
        Assert.Empty(_book.Replace(warnings));
        File.Delete(file.Path);
        var said = new List<string>();
        for (int hour = 0; hour < 24 * 30; hour++)
        {
            _time.Now += TimeSpan.FromHours(1);
            said.AddRange(_book.Add(tickets.WarningsOf(snapshot, tls)).Select(warning => $"day {(hour + 1) / 24.0:0.00}: {warning}"));
        }

        Assert.Equal(
            [
                $"day 6.04: listener 'weir:443': {file.Path}: site.test expires within 14 days, on 2026-01-21T00:00:00Z",
                $"day 20.04: listener 'weir:443': {file.Path}: site.test expired on 2026-01-21T00:00:00Z; clients refuse it",
            ],
            said);
    }

    [Fact]
    public void Replace_WarningThatWasGoneMeanwhile_IsNew()
    {
        ConfigurationWarning one = new("listener", "", "one", null), two = one with { Message = "two" };
        Assert.Equal([one], _book.Replace([one]));
        Assert.Equal([two], _book.Replace([one, two]));
        Assert.Empty(_book.Replace([two]));
        Assert.Equal([one], _book.Replace([one, two]));
    }
}
