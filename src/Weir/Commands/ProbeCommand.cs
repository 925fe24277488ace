using System.CommandLine;
using System.Text.Json;
using Weir.Configuration;
using Weir.Diagnosis.Probing;
using Weir.Output;
using Weir.Probing;

namespace Weir.Commands;

/// <summary>`weir probe`: measures when a target closes idle connections, and says whether that is safe behind a balancer.</summary>
internal static class ProbeCommand
{
    public static Command Create(OutputOptions output)
    {
        var url = new Argument<string>("URL") { Description = "the target, not the balancer: http://HOST:PORT/PATH or https://…" };
        var http2 = new Option<bool>("--http2") { Description = "as a balancer whose target group is of HTTP2 or GRPC speaks to it" };
        Option<string?> idleTimeout = One("--idle-timeout", "SECONDS", "of the balancer in front (60)");
        var headers = new Option<string[]>("--header") { HelpName = "NAME: VALUE", Description = "on every request; may be given again", AllowMultipleArgumentsPerToken = false };
        Option<string?> host = One("--host", "HOST", "the Host header, and the name for TLS (the URL's)");
        Option<string?> connectTo = One("--connect-to", "HOST:PORT", "connect here instead");
        Option<string?> connections = One("--connections", "N", $"idle at once, 1–{ProbeLimits.MaxConnections} ({ProbeLimits.DefaultConnections})");
        Option<string?> repeat = One("--repeat", "N", "rounds of idle connections (3 where they are short, else 1)");
        Option<string?> maxRequests = One("--max-requests", "N", $"to count on one connection ({ProbeLimits.DefaultMaxRequests})");
        Option<string?> silent = One("--silent", "SECONDS", "wait for connections that never said a word; 0: do not (95)");
        Option<string?> server = One("--server", "NAME", "what the target runs, where the probe cannot tell: its setting is named");
        var probe = new Command("probe", "measure when a target closes idle connections: is it safe behind a balancer?")
        {
            url, idleTimeout, http2, headers, host, connectTo, connections, repeat, maxRequests, silent, server,
        };
        probe.SetAction(result => (int)Run(
            new ProbeFlags
            {
                Url = result.GetValue(url)!,
                Http2 = result.GetValue(http2),
                IdleTimeout = result.GetValue(idleTimeout),
                Headers = result.GetValue(headers) ?? [],
                Host = result.GetValue(host),
                ConnectTo = result.GetValue(connectTo),
                Connections = result.GetValue(connections),
                Repeat = result.GetValue(repeat),
                MaxRequests = result.GetValue(maxRequests),
                Silent = result.GetValue(silent),
                Server = result.GetValue(server),
            },
            output.Messages(result)));
        return probe;
    }

    private static Option<string?> One(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private static ExitCode Run(ProbeFlags flags, MessageWriter messages)
    {
        if (new ProbeFlagReader(flags).Read(out IReadOnlyList<UsageError> errors) is not { } options)
        {
            UsageReport.Write(errors, messages, "probe");
            return ExitCode.Usage;
        }

        // What has been measured is worth telling.
        using var interruption = new Interruption();
        var terminal = Terminal.OfProcess();
        try
        {
            return Run(options, terminal, messages, interruption.Token);
        }
        // An I/O error of the network is a ProbeException; this one is of the output.
        catch (Exception exception) when (exception is ProbeException or IOException)
        {
            terminal.ClearStatus();
            messages.Fail("probe", exception.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (interruption.IsAsked)
        {
            terminal.ClearStatus();
            return interruption.End(messages, "stopped before its end");
        }
    }

    private static ExitCode Run(ProbeOptions options, Terminal terminal, MessageWriter messages, CancellationToken cancel)
    {
        ProbeReport report;
        if (messages.Format == OutputFormat.Json)
        {
            report = Wait(new Probe(options, new ProbeMessages(messages), TimeProvider.System).Run(cancel));
            Console.Out.WriteLine(JsonSerializer.Serialize(ProbeDocument.Of(report), ProbeJson.Readable.ProbeDocument));
        }
        else
        {
            var text = new ProbeText(terminal, options, TimeProvider.System);
            report = Wait(new Probe(options, text, TimeProvider.System).Run(cancel));
            text.Conclude(report);
        }

        return report.Verdict.Outcome switch
        {
            ProbeOutcome.Safe => ExitCode.Done,
            ProbeOutcome.NotSafe => ExitCode.Found,
            _ => ExitCode.Failed,
        };
    }

    // The command has no thread but this one to give away.
    private static ProbeReport Wait(Task<ProbeReport> run) => run.GetAwaiter().GetResult();
}
