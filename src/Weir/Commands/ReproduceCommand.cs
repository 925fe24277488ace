using System.CommandLine;
using System.Runtime.Versioning;
using System.Text.Json;
using Weir.Configuration;
using Weir.Diagnosis;
using Weir.Hosting;
using Weir.Laboratory;
using Weir.Output;

namespace Weir.Commands;

/// <summary>`weir reproduce`: the race with a real server, its fix, and the proof of the fix.</summary>
internal static class ReproduceCommand
{
    public static Command Create(OutputOptions output)
    {
        Option<string?> server = One("--server", "node|apache|nginx|gunicorn|puma", "an installed server (node)");
        server.AcceptOnlyFromAmong("node", "apache", "nginx", "gunicorn", "puma");
        Option<string?> command = One("--command", "COMMAND", "start your own server; it listens on $PORT");
        Option<string?> port = One("--port", "N", "the port of --command (any free one)");
        Option<string?> target = One("--target", "URL", "use a server that runs already: http://HOST:PORT or https://…");
        Option<string?> version = One("--protocol-version", "HTTP1|HTTP2", "of the target, and of clients (HTTP1)");
        Option<string?> scenario = One("--scenario", "closed|handled", "the target sees nothing, or has handled the request (closed)");
        scenario.AcceptOnlyFromAmong("closed", "handled");
        Option<string?> method = One("--method", "get|post|both", "what to send (both; get to your own server)");
        method.AcceptOnlyFromAmong("get", "post", "both");
        Option<string?> path = One("--path", "PATH", "what to ask for (/)");
        Option<string?> latency = One("--latency", "MS", "between balancer and target, each way (5)");
        Option<string?> connections = One("--connections", "N", "idle at once (64)");
        Option<string?> idleTimeout = One("--idle-timeout", "SECONDS", "of the balancer (60)");
        var https = new Option<bool>("--https") { Description = "clients come over TLS 1.2, as in an ALB's log" };
        var noHints = new Option<bool>("--no-hints") { Description = "protect learns from closes only, not from Keep-Alive: timeout=" };
        var quick = new Option<bool>("--quick") { Description = "leave out the proof that waits for the idle timeout" };
        var reproduce = new Command("reproduce", "make the 502 of an idle connection happen, fix it, prove the fix")
        {
            quick, server, command, port, target, version, scenario, method, path, latency, connections, idleTimeout, https, noHints,
        };
        reproduce.SetAction(result => (int)Run(
            new ReproductionFlags
            {
                Server = result.GetValue(server),
                Command = result.GetValue(command),
                Port = result.GetValue(port),
                Target = result.GetValue(target),
                ProtocolVersion = result.GetValue(version),
                Scenario = result.GetValue(scenario),
                Method = result.GetValue(method),
                Path = result.GetValue(path),
                Latency = result.GetValue(latency),
                Connections = result.GetValue(connections),
                IdleTimeout = result.GetValue(idleTimeout),
                Https = result.GetValue(https),
                NoHints = result.GetValue(noHints),
                Quick = result.GetValue(quick),
            },
            output.Messages(result)));
        return reproduce;
    }

    private static Option<string?> One(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private static ExitCode Run(ReproductionFlags flags, MessageWriter messages)
    {
        if (!LinuxOnly.IsHere("reproduce", messages))
        {
            return ExitCode.NeedsLinux;
        }

        if (new ReproductionFlagReader(flags, new SystemNameLookup()).Read(out IReadOnlyList<UsageError> errors) is not { } options)
        {
            UsageReport.Write(errors, messages, "reproduce");
            return ExitCode.Usage;
        }

        ReproductionOptions? fitting = ConnectionRoom.Fit(
            options, isChosen: flags.Connections is not null, DescriptorLimit.Raise(), out string? sentence);
        if (fitting is null)
        {
            messages.Fail("descriptors", sentence!);
            return ExitCode.TooFewDescriptors;
        }

        if (sentence is not null)
        {
            messages.Warn("descriptors", sentence);
        }

        return RunUntilSignal(fitting with { Guard = [.. OwnCommand(), ServerGuard.Word] }, messages);
    }

    // This program once more: a file by itself, or one that `dotnet` runs.
    private static string[] OwnCommand() => Path.GetFileName(Environment.ProcessPath!) == "dotnet"
        ? [Environment.ProcessPath!, Environment.GetCommandLineArgs()[0]]
        : [Environment.ProcessPath!];

    [SupportedOSPlatform("linux")]
    private static ExitCode RunUntilSignal(ReproductionOptions options, MessageWriter messages)
    {
        // The servers that were started are to be ended first.
        using var interruption = new Interruption();
        var terminal = Terminal.OfProcess();
        try
        {
            return messages.Format == OutputFormat.Json
                ? RunAsJson(options, messages, interruption.Token)
                : RunAsText(options, terminal, messages, interruption.Token);
        }
        catch (ReproductionException exception)
        {
            terminal.ClearStatus();
            messages.Fail("reproduce", exception.Message);
            return CodeOf(exception.Outcome);
        }
        catch (OperationCanceledException) when (interruption.IsAsked)
        {
            terminal.ClearStatus();
            return interruption.End(messages, "stopped before its end; nothing is left running");
        }
    }

    [SupportedOSPlatform("linux")]
    private static ExitCode RunAsText(ReproductionOptions options, Terminal terminal, MessageWriter messages, CancellationToken cancel)
    {
        var text = new ReproductionText(terminal, options);
        ReproductionReport report = Wait(new Reproduction(options, text).Run(cancel));
        text.Conclude(report);
        if (!ReproductionText.IsGood(report.Outcome))
        {
            messages.Fail("reproduce", report.Verdict);
        }

        return CodeOf(report.Outcome);
    }

    [SupportedOSPlatform("linux")]
    private static ExitCode RunAsJson(ReproductionOptions options, MessageWriter messages, CancellationToken cancel)
    {
        var progress = new ReproductionMessages(messages);
        ReproductionReport report = Wait(new Reproduction(options, progress).Run(cancel));
        Console.Out.WriteLine(JsonSerializer.Serialize(
            ReproductionDocument.Of(report, progress.Pairs), ReproductionJson.Readable.ReproductionDocument));
        return CodeOf(report.Outcome);
    }

    // The command has no thread but this one to give away.
    private static ReproductionReport Wait(Task<ReproductionReport> run) => run.GetAwaiter().GetResult();

    private static ExitCode CodeOf(ReproductionOutcome outcome) => outcome switch
    {
        ReproductionOutcome.StoryHeld => ExitCode.Done,
        ReproductionOutcome.StoryBroke => ExitCode.Failed,
        ReproductionOutcome.NoRace => ExitCode.Inconclusive,
        ReproductionOutcome.OutlivesBalancer => ExitCode.OutlivesBalancer,
        ReproductionOutcome.NeverReused => ExitCode.NeverReused,
        ReproductionOutcome.ClosesTooLate => ExitCode.ClosesTooLate,
        ReproductionOutcome.TimeOver => ExitCode.TimeOver,
        ReproductionOutcome.TooFewRequests => ExitCode.TooFewRequests,
        ReproductionOutcome.OtherFailures => ExitCode.OtherFailures,
        ReproductionOutcome.SentAgain => ExitCode.SentAgain,
        ReproductionOutcome.PortInUse => ExitCode.AddressUnavailable,
        ReproductionOutcome.NoTls => ExitCode.Configuration,
        ReproductionOutcome.ServerNotInstalled => ExitCode.ProgramMissing,
        _ => ExitCode.ServerNotStarted,
    };
}
