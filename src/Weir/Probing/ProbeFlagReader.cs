using System.Globalization;
using System.Net;
using Weir.Configuration;
using Weir.Diagnosing;
using Weir.Diagnosis.Probing;

namespace Weir.Probing;

/// <summary>Reads the options of `probe`, and finds everything that is wrong with them, not only the first.</summary>
internal sealed class ProbeFlagReader(ProbeFlags flags)
{
    // Source: ALB user guide, idle timeout.
    private const int MaxIdleTimeoutSeconds = 4000;

    // The probe sends them itself, or they would make it another request.
    private static readonly string[] _ownHeaders = ["Connection", "Keep-Alive", "Content-Length", "Transfer-Encoding"];

    // Source: RFC 9113 §8.2.2
    private static readonly string[] _notInHttp2 = ["Upgrade", "Proxy-Connection"];

    private readonly List<UsageError> _errors = [];

    /// <summary>The options; null if there are errors.</summary>
    public ProbeOptions? Read(out IReadOnlyList<UsageError> errors)
    {
        errors = _errors;
        if (ProbeUrl.Parse(flags.Url, out string? problem) is not { } url)
        {
            _errors.Add(new UsageError("URL", flags.Url, problem!, ProbeUrl.Allowed));
            url = new ProbeUrl { IsTls = false, Host = "", Port = 1, Path = "/" };
        }

        var defaults = new ProbeOptions { Url = url };
        var options = new ProbeOptions
        {
            Url = url,
            IsHttp2 = flags.Http2,
            Host = ReadHost(),
            ConnectTo = ReadConnectTo(url.Port),
            Headers = [.. flags.Headers.Select(ReadHeader)],
            IdleTimeout = TimeSpan.FromSeconds(
                ReadNumber("--idle-timeout", flags.IdleTimeout, 1, MaxIdleTimeoutSeconds) ?? (int)defaults.IdleTimeout.TotalSeconds),
            Connections = ReadNumber("--connections", flags.Connections, 1, ProbeLimits.MaxConnections) ?? defaults.Connections,
            Repeats = ReadNumber("--repeat", flags.Repeat, 1, ProbeLimits.MaxRepeats),
            MaxRequests = ReadNumber("--max-requests", flags.MaxRequests, 1, ProbeLimits.MaxMaxRequests) ?? defaults.MaxRequests,
            SilentWait = TimeSpan.FromSeconds(
                ReadNumber("--silent", flags.Silent, 0, (int)ProbeLimits.SilentWait.TotalSeconds) ?? (int)defaults.SilentWait.TotalSeconds),
            DeclaredServer = ServerFlag.Read(flags.Server, _errors)?.Name,
            UserAgent = $"weir-probe/{BuildVersion.Number}",
        };
        return _errors.Count == 0 ? options : null;
    }

    private string? ReadHost()
    {
        if (flags.Host is { } host && (host.Length == 0 || host.Any(static c => c is <= ' ' or > '~' or '/')))
        {
            _errors.Add(new UsageError("--host", host, "this is not a host", "HOST[:PORT]"));
        }

        return flags.Host;
    }

    private DnsEndPoint? ReadConnectTo(int defaultPort)
    {
        if (flags.ConnectTo is not { } text)
        {
            return null;
        }

        if (ProbeUrl.Parse(text, out _) is { IsTls: false, Path: "/" } url && !text.Contains("://", StringComparison.Ordinal))
        {
            bool hasPort = text.LastIndexOf(':') > text.LastIndexOf(']');
            return new DnsEndPoint(url.Host, hasPort ? url.Port : defaultPort);
        }

        _errors.Add(new UsageError("--connect-to", text, "this is not an address to connect to", "HOST[:PORT]"));
        return null;
    }

    private KeyValuePair<string, string> ReadHeader(string text)
    {
        string[] parts = text.Split(':', 2);
        string name = parts[0].Trim();
        string value = parts.Length == 2 ? parts[1].Trim() : "";
        string? problem = name switch
        {
            _ when parts.Length < 2 || name.Length == 0 || name.Any(static c => !char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c)) =>
                "this is not a header",
            _ when value.Any(static c => c is < ' ' and not '\t' or '\u007f' or > '\u00ff') => "its value has characters that no header may have",
            _ when name.Equals("Host", StringComparison.OrdinalIgnoreCase) => "--host sets it",
            _ when _ownHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) => "the probe sets it itself",
            _ when flags.Http2 && _notInHttp2.Contains(name, StringComparer.OrdinalIgnoreCase) => "HTTP/2 does not have it",
            _ => null,
        };
        if (problem is not null)
        {
            _errors.Add(new UsageError("--header", text, problem, "NAME: VALUE"));
        }

        return new KeyValuePair<string, string>(name, value);
    }

    private int? ReadNumber(string option, string? text, int smallest, int largest)
    {
        if (text is null)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= smallest && number <= largest)
        {
            return number;
        }

        _errors.Add(new UsageError(option, text, "this is not a number that it takes", $"{smallest}–{largest}"));
        return null;
    }
}
