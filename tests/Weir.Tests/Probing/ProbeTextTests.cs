using Weir.Diagnosis.Probing;
using Weir.Output;
using Weir.Probing;

namespace Weir.Tests.Probing;

public sealed class ProbeTextTests
{
    private static string Tell(ProbeReport report, Action<ProbeText>? before = null)
    {
        using var output = new StringWriter();
        var terminal = new Terminal(output, TextWriter.Null, hasColours: false, hasTransientLine: false, TextTable.MaxWidth);
        var text = new ProbeText(terminal, ProbeReports.Options, TimeProvider.System);
        before?.Invoke(text);
        text.Conclude(report);
        return output.ToString();
    }

    [Fact]
    public void Text_OfAWholeProbe_ReadsAsThis() => Assert.Equal(
        """
        weir probe http://10.0.0.7:3000/

          target        10.0.0.7:3000, answers 200 in 1.3 ms; it calls itself [bold]?<script>
          says          Keep-Alive: timeout=5
          requests      no limit met in 200 (on one connection)
          closes idle   after 6.004 s (3 connections, 6.001 s to 6.012 s)
                        1.0 s later than it says
          how           FIN; a request that comes later is answered with RST
          silent        closed after 85.1 s with FIN, says 'HTTP/1.1 408 Request Timeout'
          server        Node.js: it says its timeout to every request; it closes 1.0 s later

        ✗ Not safe behind an idle timeout of 60 s: the target closes idle connections after 6.0 s, 54.0 s
          before the balancer would.
          A request that meets the close becomes a 502; most leave no line in the target's log.

          Node.js: keep idle connections for 65 s
          set           server.keepAliveTimeout = 65000
          where         on the server (milliseconds)
          check         weir probe http://10.0.0.7:3000/ --idle-timeout 60

          Took 97 s.

        """,
        Tell(ProbeReports.Unsafe, static text =>
        {
            text.OnContact(ProbeReports.Measurement);
            text.OnCounted(ProbeReports.Measurement);
            text.OnIdleMeasured(ProbeReports.Measurement);
        }));

    // Two workers: the median of both is the time of neither.
    [Fact]
    public void Closes_WhereWorkersDiffer_TellsTheTimeOfEach() => Assert.Equal(
        "after 1.500 s (2 connections) and after 6.001 s (3 connections) in 2 rounds",
        ProbeWording.Closes(
            IdleSummary.Of(
            [
                .. ProbeReports.Measurement.Idle,
                .. ProbeReports.Measurement.Idle.Take(2).Select(static reading => reading with { Age = TimeSpan.FromSeconds(1.5) }),
            ]),
            rounds: 2));

    [Fact]
    public void Text_OverHttp2_SaysWhatIsAnnouncedAndHowItEnds()
    {
        string text = Tell(ProbeReports.Http2, static text =>
        {
            text.OnContact(ProbeReports.Http2Measurement);
            text.OnCounted(ProbeReports.Http2Measurement);
            text.OnIdleMeasured(ProbeReports.Http2Measurement);
        });

        Assert.Contains("""
              target        10.0.0.7:3000, HTTP/2, TLS 1.3, answers 200 in 1.3 ms; it calls itself
                            [bold]?<script>
              says          100 requests at once on a connection; a window of 65535 bytes for each; heads up to
                            32768 bytes
              requests      20; then GOAWAY (on one connection)
              closes idle   after 6.004 s (3 connections, 6.001 s to 6.012 s)
              how           GOAWAY (NO_ERROR), close_notify, FIN, within 4 ms; a request that comes later is
                            answered with RST
              silent        closed after 2.0 s with GOAWAY (NO_ERROR) and FIN, without a word
              server        not told over HTTP/2: --server NAME says what it is

            ✗ Not safe behind an idle timeout of 60 s: the target closes idle connections after 6.0 s, 54.0 s
              before the balancer would.
              A request that meets the close is a 502 where the balancer does not send it again.

            """, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, ConnectionEnd.None, "GOAWAY (NO_ERROR), and then nothing: the other side is to close")]
    [InlineData(false, ConnectionEnd.Fin, "GOAWAY (NO_ERROR) on 1 of 3, FIN; a request that comes later is answered with RST")]
    [InlineData(true, ConnectionEnd.Rst, "GOAWAY (NO_ERROR), RST")]
    public void How_OverHttp2_TellsWhatWasSaidFromTheEnd(bool says, ConnectionEnd end, string expected)
    {
        IdleReading[] readings =
        [
            .. ProbeReports.Measurement.Idle.Select((reading, index) => reading with
            {
                End = end,
                GoAway = says || index == 0 ? new GoAway("NO_ERROR", 1, 0) : null,
            }),
        ];

        Assert.Equal(expected, ProbeWording.How(IdleSummary.Of(readings)));
    }

    [Theory]
    [InlineData(new[] { 15.0, 15.1 }, new[] { 5.0, 5.1 }, true)]
    [InlineData(new[] { 2.0, 5.0, 5.1 }, new[] { 2.0, 2.1, 5.0 }, false)]
    public void Text_OfTwoKindsOfRequests_ComparesThemWhereTheyAreApart(double[] asked, double[] plain, bool compares)
    {
        ProbeMeasurement measurement = ProbeReports.Measurement with
        {
            Idle = [.. asked.Select(static seconds => ProbeReports.Idle(seconds)), .. plain.Select(static seconds => ProbeReports.Idle(seconds, asked: false))],
        };

        string text = Tell(ProbeReports.Unsafe, shown => shown.OnIdleMeasured(measurement));

        Assert.Equal(compares, text.Contains("after requests with Connection: keep-alive", StringComparison.Ordinal));
    }

    [Fact]
    public void Text_OfALoadBalancer_SaysThatNothingWasMeasured()
    {
        string text = Tell(ProbeReports.LoadBalancer);

        Assert.StartsWith("\n✗ This is a load balancer, not a target (it sets the cookie AWSALB)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("silent", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), static line => Assert.InRange(line.Length, 0, TextTable.MaxWidth));
    }
}
