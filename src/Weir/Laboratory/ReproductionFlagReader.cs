using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Weir.Configuration;
using Weir.Diagnosis;

namespace Weir.Laboratory;

/// <summary>Reads the options of `reproduce`, and finds everything that is wrong with them, not only the first.</summary>
internal sealed class ReproductionFlagReader(ReproductionFlags flags, INameLookup lookup)
{
    // A link around the world takes about 300 ms there and back.
    private const int MaxLatencyMs = 500;

    // What most systems have descriptors for, see ConnectionRoom.
    private const int MaxConnections = 512;

    // Source: ALB user guide, idle timeout.
    private const int MaxIdleTimeoutSeconds = 4000;
    private const int MinIdleTimeoutSeconds = 1;

    private const string NoCalls =
        "reproduce sends GET and POST, and no calls by gRPC, for which it would have to know your messages; HTTP2 shows the same connections";

    // What they speak without TLS, in front of a balancer. Source: their manuals.
    private static readonly Dictionary<string, string> _withoutHttp2 = new(StringComparer.Ordinal)
    {
        ["gunicorn"] = "gunicorn speaks HTTP/1.1 only",
        ["puma"] = "Puma speaks HTTP/1.1 only",
    };

    private readonly List<UsageError> _errors = [];

    /// <summary>The options; null if there are errors.</summary>
    public ReproductionOptions? Read(out IReadOnlyList<UsageError> errors)
    {
        CheckTogether();
        var defaults = new ReproductionOptions();
        bool isTls = false;
        bool isHttp2 = ReadVersion();
        var options = new ReproductionOptions
        {
            Server = flags.Server,
            Command = flags.Command,
            Target = flags.Target is { } target ? ReadTarget(target, out isTls) : null,
            TargetIsTls = isTls,
            IsHttp2 = isHttp2,
            Port = flags.Port is null ? null : ReadNumber("--port", flags.Port, 1, IPEndPoint.MaxPort),
            Scenario = flags.Scenario == "handled" ? RaceScenario.Handled : RaceScenario.Closed,
            Methods = ReadMethods(),
            Path = ReadPath(defaults.Path),
            Latency = flags.Latency is null
                ? defaults.Latency
                : TimeSpan.FromMilliseconds(ReadNumber("--latency", flags.Latency, 0, MaxLatencyMs)),
            Connections = flags.Connections is null
                ? defaults.Connections
                : ReadNumber("--connections", flags.Connections, ConnectionRoom.MinConnections, MaxConnections),
            IdleTimeout = flags.IdleTimeout is null
                ? defaults.IdleTimeout
                : TimeSpan.FromSeconds(ReadNumber("--idle-timeout", flags.IdleTimeout, MinIdleTimeoutSeconds, MaxIdleTimeoutSeconds)),
            LearnsFromHints = !flags.NoHints,
            // Load balancers speak HTTP/2 over TLS only, and refuse clients of HTTP/1.1 before such targets.
            Https = flags.Https || isHttp2,
            Quick = flags.Quick,
        };
        errors = _errors;
        return _errors.Count == 0 ? options : null;
    }

    private void CheckTogether()
    {
        (string Option, string? Value)[] servers =
            [("--target", flags.Target), ("--command", flags.Command), ("--server", flags.Server)];
        (string Option, string? Value)[] given = [.. servers.Where(static option => option.Value is not null)];
        if (given.Length > 1)
        {
            _errors.Add(new UsageError(given[1].Option, given[1].Value, $"this does not go with {given[0].Option}: one server at a time"));
        }

        if (given.Length > 0 && flags.Scenario == "handled")
        {
            _errors.Add(new UsageError("--scenario", flags.Scenario, $"this needs the built-in target and does not go with {given[0].Option}"));
        }

        if (flags.Command is { } command && string.IsNullOrWhiteSpace(command))
        {
            _errors.Add(new UsageError("--command", command, "this is empty", "a command such as 'node server.js'"));
        }

        if (flags.Port is not null && flags.Command is null)
        {
            _errors.Add(new UsageError("--port", flags.Port, "this goes with --command only"));
        }
    }

    private bool ReadVersion()
    {
        string version = flags.ProtocolVersion?.ToUpperInvariant() ?? "HTTP1";
        if (version is not ("HTTP1" or "HTTP2"))
        {
            _errors.Add(new UsageError(
                "--protocol-version", flags.ProtocolVersion, version == "GRPC" ? NoCalls : "this is not a protocol version", "HTTP1, HTTP2"));
        }

        bool isHttp2 = version == "HTTP2";
        if (isHttp2 && flags.Server is { } server && _withoutHttp2.TryGetValue(server, out string? reason))
        {
            _errors.Add(new UsageError("--server", server, $"{reason}: this does not go with --protocol-version HTTP2", "node, apache, nginx"));
        }

        if (isHttp2 && flags.Scenario == "handled" && flags is { Server: null, Command: null, Target: null })
        {
            _errors.Add(new UsageError("--scenario", flags.Scenario, "this needs the built-in target, which speaks HTTP/1.1 only"));
        }

        return isHttp2;
    }

    // A server of the user's may do something when it is sent a POST.
    private string[] ReadMethods() => (flags.Method, flags.Target ?? flags.Command) switch
    {
        ("get", _) or (null, not null) => ["GET"],
        ("post", _) => ["POST"],
        _ => ["GET", "POST"],
    };

    private string ReadPath(string standard)
    {
        if (flags.Path is { } path && (!path.StartsWith('/') || path.Any(static c => c is <= ' ' or > '~' or '#')))
        {
            _errors.Add(new UsageError("--path", path, "this is not a path", "/PATH, with a query perhaps"));
        }

        return flags.Path ?? standard;
    }

    private IPEndPoint? ReadTarget(string text, out bool isTls)
    {
        if (TargetUrl.Parse(text, out string? error) is not { } target)
        {
            _errors.Add(new UsageError("--target", text, error!, TargetUrl.Allowed));
            isTls = false;
            return null;
        }

        isTls = target.IsTls;

        if (target.Address is { } address)
        {
            return new IPEndPoint(address, target.Port);
        }

        NameAnswer answer = NameAnswer.Of(lookup, target.Host);
        IPAddress? found = answer.Addresses.OrderBy(static address => address.AddressFamily != AddressFamily.InterNetwork).FirstOrDefault();
        if (found is null)
        {
            _errors.Add(new UsageError("--target", text, $"{target.Host} has no address: {answer.Error}"));
            return null;
        }

        return new IPEndPoint(found, target.Port);
    }

    private int ReadNumber(string option, string text, int smallest, int largest)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= smallest && number <= largest)
        {
            return number;
        }

        _errors.Add(new UsageError(option, text, "this is not a number that it takes", $"{smallest}–{largest}"));
        return smallest;
    }
}
