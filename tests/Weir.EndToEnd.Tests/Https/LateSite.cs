using System.Diagnostics;

namespace Weir.EndToEnd.Tests;

/// <summary>A balancer before a <see cref="LateNode"/>, and requests that are on their way when it closes.</summary>
internal static class LateSite
{
    // Well within the round trip before it hears of a close, however late a busy machine sees things.
    private static readonly TimeSpan _before = TimeSpan.FromMilliseconds(250);

    // Woken up later than that, it waits for the next close.
    private static readonly TimeSpan _leastBefore = TimeSpan.FromMilliseconds(100);

    public static string Setting(string name, object value) => $"weir.stale_connection.{name}={value}";

    public static async Task<HttpsSite> Start(LateNode node, TempFolder folder, string mode, params string[] more)
    {
        // The kernel sees the way to the relay only.
        string roundTrip = Setting("round_trip_milliseconds", 2 * LateNode.Latency.TotalMilliseconds);
        return await HttpsSite.Start(
            node.Url, ["--explain", folder.PathOf("explain.log"), "--attribute", Setting("mode", mode), "--attribute", roundTrip, .. more]);
    }

    // The balancer has heard so often that the target has closed an idle connection.
    public static async Task SeeClosed(HttpsSite site, HttpClient client, int times)
    {
        for (int time = 1; time <= times; time++)
        {
            await client.GetStringAsync("/closed", Deadline.Token());
            await site.Weir.WaitForMetric("weir_target_connections_closed_by_target_idle_total", time);
        }
    }

    public static async Task<int> AskJustBefore(LateNode node, HttpClient client, string method)
    {
        TimeSpan age;
        do
        {
            await client.GetStringAsync("/idle", Deadline.Token());
            long idle = Stopwatch.GetTimestamp();
            await Task.Delay(node.CloseAge - _before);
            age = Stopwatch.GetElapsedTime(idle);
        }
        while (age > node.CloseAge - _leastBefore);

        using var request = new HttpRequestMessage(new HttpMethod(method), "/late") { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        using HttpResponseMessage answer = await client.SendAsync(request, Deadline.Token());
        return (int)answer.StatusCode;
    }
}
