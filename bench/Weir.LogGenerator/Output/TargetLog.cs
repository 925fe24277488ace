using System.Globalization;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Output;

/// <summary>Writes what the targets' own logs have: a line for every request that a handler finished, by the target's clock.</summary>
internal sealed class TargetLog(UniverseSettings settings, TargetLogFormat format, double offsetSeconds)
{
    private readonly long _offsetTicks = Ticks.Of(Math.Abs(offsetSeconds)) * Math.Sign(offsetSeconds);

    public string Line(HandledRow row)
    {
        Exchange exchange = row.Exchange;
        DateTime begin = Clock(row, row.StartTicks), end = Clock(row, row.EndTicks);
        double seconds = Ticks.Seconds(row.EndTicks - row.StartTicks);
        string uri = exchange.Url.Path + (exchange.Url.Ids > 0 ? exchange.UrlId.ToString(CultureInfo.InvariantCulture) : "");
        string request = $"{exchange.Url.Method} {uri} HTTP/1.1";
        string client = exchange.Client.Address;
        string trace = TraceOf(exchange);
        return format switch
        {
            TargetLogFormat.Common => $"{client} - - [{Ncsa(begin)}] \"{request}\" {row.Status} {row.ResponseBytes}",
            TargetLogFormat.Combined => $"{client} - - [{Ncsa(begin)}] \"{request}\" {row.Status} {row.ResponseBytes} \"-\" \"{exchange.Client.UserAgent}\"",
            TargetLogFormat.Nginx => string.Create(CultureInfo.InvariantCulture,
                $"{client} - - [{Ncsa(end)}] \"{request}\" {row.Status} {row.ResponseBytes} \"-\" \"{exchange.Client.UserAgent}\" {seconds:F3} \"{trace}\""),
            TargetLogFormat.Uvicorn => $"INFO:     {client}:0 - \"{request}\" {row.Status}",
            _ => Json(row, uri, end, seconds, format == TargetLogFormat.JsonWithTrace ? $",\"x-amzn-trace-id\":\"{trace}\"" : ""),
        };
    }

    private static string Ncsa(DateTime time) => time.ToString("dd/MMM/yyyy:HH:mm:ss +0000", CultureInfo.InvariantCulture);

    private string Json(HandledRow row, string uri, DateTime end, double seconds, string traceHeader)
    {
        long milliseconds = (end - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond;
        string headers = $"{{\"host\":\"{settings.Domain}\",\"x-forwarded-for\":\"{row.Exchange.Client.Address}\"{traceHeader}}}";
        return $"{{\"level\":30,\"time\":{milliseconds},\"req\":{{\"method\":\"{row.Exchange.Url.Method}\",\"url\":\"{uri}\",\"headers\":{headers}}},"
            + $"\"res\":{{\"statusCode\":{row.Status}}},\"responseTime\":{(long)(seconds * 1000)},\"msg\":\"request completed\"}}";
    }

    private string TraceOf(Exchange exchange) => AccessLine.TraceOf(settings, exchange.Row(0));

    private DateTime Clock(HandledRow row, long ticks) => settings.Start.AddTicks(ticks + row.Target.ClockOffsetTicks + _offsetTicks);
}
