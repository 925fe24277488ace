using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Weir.AccessLogs;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>Reads the options of `run` and `check`, and finds everything that is wrong with them, not only the first.</summary>
internal sealed class FlagReader
{
    public const int DefaultDrainSeconds = 30;

    // Longer than any deregistration delay, and the service manager's patience ends long before.
    private const int MaxDrainSeconds = 86_400;

    // More loops than this is a mistyped number, not a machine.
    private const int MaxLoops = 1024;

    // More than the memory of any machine holds.
    private const int MaxConnections = 100_000_000;

    private readonly ConfigurationFlags _flags;
    private readonly List<UsageError> _errors = [];

    private FlagReader(ConfigurationFlags flags) => _flags = flags;

    /// <summary>The settings; null if there are errors.</summary>
    public static NodeSettings? Read(ConfigurationFlags flags, out IReadOnlyList<UsageError> errors)
    {
        var reader = new FlagReader(flags);
        NodeSettings settings = reader.ReadAll();
        errors = reader._errors;
        return reader._errors.Count == 0 ? settings : null;
    }

    private NodeSettings ReadAll() => new()
    {
        Source = _flags.Template is { } template ? ReadTemplate(template) : ReadFlags(),
        AccessLog = ReadAccessLog(),
        ConnectionLog = ReadConnectionLog(),
        Explain = ReadExplain(),
        Loops = _flags.Loops is null ? null : ReadNumber("--loops", _flags.Loops, 1, MaxLoops, ""),
        MaxConnections = _flags.MaxConnections is null
            ? null
            : ReadNumber("--max-connections", _flags.MaxConnections, 1, MaxConnections, ""),
        DrainLimit = TimeSpan.FromSeconds(
            _flags.DrainTimeout is null
                ? DefaultDrainSeconds
                : ReadNumber("--drain-timeout", _flags.DrainTimeout, 0, MaxDrainSeconds, " seconds")),
        Admin = ReadAdmin(),
        StateDirectory = _flags.StateDirectory,
        NeedsSampleTarget = _flags.Template is null && _flags.Target.Length == 0,
    };

    private TemplateConfiguration ReadTemplate(string template)
    {
        foreach ((string option, bool isGiven) in (ReadOnlySpan<(string, bool)>)
        [
            .. MutualTlsFlags.Given(_flags),
            ("--listen", _flags.Listen.Length > 0),
            ("--security-policy", _flags.SecurityPolicy is not null),
            ("--target", _flags.Target.Length > 0),
            ("--protocol-version", _flags.ProtocolVersion is not null),
            ("--attribute", _flags.Attribute.Length > 0),
            ("--idle-timeout", _flags.IdleTimeout is not null),
            ("--health-check-path", _flags.HealthCheckPath is not null),
            ("--health-check-codes", _flags.HealthCheckCodes is not null),
            ("--sticky", _flags.Sticky is not null),
            ("--name", _flags.Name is not null),
        ])
        {
            if (isGiven)
            {
                _errors.Add(new UsageError(option, null, "this does not go with --template, which says it itself"));
            }
        }

        string[] names = [.. _flags.Certificate.Select(static text => text[..Math.Max(0, text.IndexOf('=', StringComparison.Ordinal))])];
        ImmutableArray<CertificateFiles> files = ReadCertificates(
            [.. _flags.Certificate.Select(static text => text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..])]);
        var certificates = new Dictionary<string, CertificateFiles>(StringComparer.Ordinal);
        for (int i = 0; i < files.Length; i++)
        {
            if (names[i].Length == 0)
            {
                _errors.Add(new UsageError(
                    TemplateConfiguration.CertificateFlag, _flags.Certificate[i], "this names no certificate of the template", "ARN=FILE or LOGICAL-ID=FILE"));
            }
            else if (!certificates.TryAdd(names[i], files[i]))
            {
                _errors.Add(new UsageError(TemplateConfiguration.CertificateFlag, _flags.Certificate[i], $"{names[i]} is given twice"));
            }
        }

        return new TemplateConfiguration(template)
        {
            Certificates = certificates,
            TrustStores = MutualTlsFlags.ReadNamed(TemplateConfiguration.TrustStoreFlag, _flags.ClientCa, mayBeSeveral: false, _errors)
                .ToDictionary(static store => store.Key, static store => store.Value[0], StringComparer.Ordinal),
            Revocations = MutualTlsFlags.ReadNamed(TemplateConfiguration.RevocationFlag, _flags.ClientCrl, mayBeSeveral: true, _errors),
            Parameters = ReadPairs(TemplateConfiguration.ParameterFlag, _flags.Parameter, "KEY=VALUE", static value => value),
            Instances = ReadPairs(
                TemplateConfiguration.MapFlag,
                _flags.Map,
                $"INSTANCE={TargetEndpoint.Allowed}",
                static value => TargetEndpoint.TryParse(value, out TargetEndpoint? endpoint) ? endpoint : null),
            Addresses = ReadPairs(
                TemplateConfiguration.AddressFlag,
                _flags.Address,
                "LOAD-BALANCER=ADDRESS, with an IP address of this machine",
                static value => IPAddressText.TryParse(value, out IPAddress? address) ? address : null),
        };
    }

    private Dictionary<string, T> ReadPairs<T>(string option, string[] texts, string allowed, Func<string, T?> read)
        where T : class
    {
        var pairs = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || read(text[(equals + 1)..]) is not { } value)
            {
                _errors.Add(new UsageError(option, text, "this cannot be read", allowed));
            }
            else if (!pairs.TryAdd(text[..equals], value))
            {
                _errors.Add(new UsageError(option, text, $"{text[..equals]} is given twice"));
            }
        }

        return pairs;
    }

    private FlagConfiguration ReadFlags()
    {
        foreach ((string option, string[] values) in (ReadOnlySpan<(string, string[])>)
        [
            (TemplateConfiguration.ParameterFlag, _flags.Parameter),
            (TemplateConfiguration.MapFlag, _flags.Map),
            (TemplateConfiguration.AddressFlag, _flags.Address),
        ])
        {
            if (values.Length > 0)
            {
                _errors.Add(new UsageError(option, values[0], "this goes with --template only"));
            }
        }

        string name = _flags.Name ?? FlagConfiguration.DefaultName;
        if (ResourceNames.AwsRefusal("Load balancer", name) is not null)
        {
            _errors.Add(new UsageError("--name", name, "this is not a name", ResourceNames.Allowed));
        }

        if (_flags.HealthCheckPath is { } path && !path.StartsWith('/'))
        {
            _errors.Add(new UsageError("--health-check-path", path, "this is not a path", "a path that begins with a slash"));
        }

        ImmutableArray<ListenAddress> listeners = ReadListeners();
        return new FlagConfiguration
        {
            Listeners = listeners,
            Certificates = ReadCertificatesFor(listeners),
            SecurityPolicy = ReadSecurityPolicy(),
            MutualAuthentication = MutualTlsFlags.Read(_flags, listeners.Any(static listener => listener.IsTls), _errors),
            Targets = ReadTargets(),
            Attributes = AttributeFlags.Read(_flags.Attribute, SettingsOfOptions(), _errors),
            BaseName = name,
            ProtocolVersion = ReadProtocolVersion(listeners),
            HealthCheckPath = _flags.HealthCheckPath,
            HealthCheckCodes = _flags.HealthCheckCodes,
        };
    }

    private TargetProtocolVersion ReadProtocolVersion(ImmutableArray<ListenAddress> listeners)
    {
        const string Flag = "--protocol-version";
        if (_flags.ProtocolVersion is not { } text)
        {
            return TargetProtocolVersion.Http1;
        }

        if (AwsNames.ParseTargetProtocolVersion(text.ToUpperInvariant()) is not { } version)
        {
            _errors.Add(new UsageError(Flag, text, "this is no protocol version of targets", "HTTP1, HTTP2 or GRPC"));
            return TargetProtocolVersion.Http1;
        }

        if (version != TargetProtocolVersion.Http1 && listeners.Any(static listener => !listener.IsTls))
        {
            _errors.Add(new UsageError(Flag, text, "with ALB, such targets are for HTTPS listeners only", "--listen https://[ADDR:]PORT"));
        }
        else if (version != TargetProtocolVersion.Http1 && _flags.Target.Length == 0)
        {
            _errors.Add(new UsageError(Flag, text, "the sample target speaks HTTP/1.1", "a --target of your own"));
        }

        return version;
    }

    private ImmutableArray<ListenAddress> ReadListeners()
    {
        if (_flags.Listen.Length == 0)
        {
            return [ListenAddress.Default];
        }

        var read = ImmutableArray.CreateBuilder<ListenAddress>();
        foreach (string text in _flags.Listen)
        {
            if (ListenAddress.ParseWithScheme(text, out string? error) is not { } listener)
            {
                _errors.Add(new UsageError("--listen", text, error!, ListenAddress.AllowedForListeners));
            }
            else if (read.Any(other => other.EndPoint.Equals(listener.EndPoint)))
            {
                _errors.Add(new UsageError("--listen", text, "the address is given twice"));
            }
            else
            {
                read.Add(listener);
            }
        }

        return read.ToImmutable();
    }

    private ImmutableArray<CertificateFiles> ReadCertificatesFor(ImmutableArray<ListenAddress> listeners)
    {
        bool needed = listeners.Any(static listener => listener.IsTls);
        if (needed && _flags.Certificate.Length == 0)
        {
            _errors.Add(new UsageError("--listen", _flags.Listen.First(ListensWithTls), "https needs --certificate FILE and --private-key FILE"));
        }

        foreach ((string option, string? value) in (ReadOnlySpan<(string, string?)>)
        [
            (TemplateConfiguration.CertificateFlag, _flags.Certificate.FirstOrDefault()),
            ("--private-key", _flags.PrivateKey.FirstOrDefault()),
            ("--security-policy", _flags.SecurityPolicy),
        ])
        {
            if (!needed && value is not null && _errors.Count == 0)
            {
                _errors.Add(new UsageError(option, value, "this is for HTTPS, and no --listen begins with https://"));
            }
        }

        return ReadCertificates(_flags.Certificate);

        static bool ListensWithTls(string text) => ListenAddress.ParseWithScheme(text, out _) is { IsTls: true };
    }

    private ImmutableArray<CertificateFiles> ReadCertificates(string[] files)
    {
        CheckFiles(TemplateConfiguration.CertificateFlag, _flags.Certificate, files);
        CheckFiles("--private-key", _flags.PrivateKey, _flags.PrivateKey);
        string[] keys = _flags.PrivateKey.Length == 0 ? files : _flags.PrivateKey;
        if (keys.Length != files.Length)
        {
            _errors.Add(new UsageError(
                "--private-key",
                null,
                $"there are {keys.Length} of it and {files.Length} of --certificate",
                "one for each, in the same order; none where each certificate's file holds its key too"));
            return [];
        }

        return [.. files.Zip(keys, static (certificate, key) => new CertificateFiles(certificate, key))];
    }

    private void CheckFiles(string option, string[] texts, string[] files)
    {
        foreach ((string text, string file) in texts.Zip(files))
        {
            if (FileNames.Refusal(file) is { } refusal)
            {
                _errors.Add(new UsageError(option, text, refusal));
            }
        }
    }

    private string? ReadSecurityPolicy()
    {
        if (_flags.SecurityPolicy is { } name && SecurityPolicies.Find(name) is null)
        {
            _errors.Add(new UsageError("--security-policy", name, SecurityPolicies.Unknown(name)));
        }

        return _flags.SecurityPolicy;
    }

    private ImmutableArray<TargetUrl> ReadTargets()
    {
        var read = ImmutableArray.CreateBuilder<TargetUrl>();
        foreach (string text in _flags.Target)
        {
            if (TargetUrl.Parse(text, out string? error) is not { } target)
            {
                _errors.Add(new UsageError("--target", text, error!, TargetUrl.Allowed));
            }
            else if (read.Count > 0 && read[0].IsTls != target.IsTls)
            {
                _errors.Add(new UsageError("--target", text, "the targets of one group are all http or all https"));
            }
            else if (read.Contains(target))
            {
                _errors.Add(new UsageError("--target", text, "the target is given twice"));
            }
            else
            {
                read.Add(target);
            }
        }

        return read.ToImmutable();
    }

    private IEnumerable<(string Option, AttributeSetting Setting)> SettingsOfOptions()
    {
        if (_flags.IdleTimeout is { } idle && AcceptedBy("--idle-timeout", idle, LoadBalancerAttributes.IdleTimeout))
        {
            yield return ("--idle-timeout", new(LoadBalancerAttributes.IdleTimeout.Key, idle));
        }

        if (_flags.Sticky is { } sticky && AcceptedBy("--sticky", sticky, TargetGroupAttributes.LbCookieDuration))
        {
            yield return ("--sticky", new(TargetGroupAttributes.StickinessEnabled.Key, "true"));
            yield return ("--sticky", new(TargetGroupAttributes.LbCookieDuration.Key, sticky));
        }
    }

    private bool AcceptedBy(string option, string value, AttributeDefinition definition)
    {
        if (definition.Accepts(value))
        {
            return true;
        }

        _errors.Add(new UsageError(option, value, "out of range", definition.Allowed));
        return false;
    }

    private string? ReadAccessLog() => ReadLog("--access-log", _flags.AccessLog, canBeDirectory: true, []);

    private string? ReadConnectionLog() =>
        ReadLog("--connection-log", _flags.ConnectionLog, canBeDirectory: true, [("--access-log", _flags.AccessLog)]);

    private string? ReadExplain() => ReadLog(
        "--explain", _flags.Explain, canBeDirectory: false, [("--access-log", _flags.AccessLog), ("--connection-log", _flags.ConnectionLog)]);

    private string? ReadLog(
        string option, string? destination, bool canBeDirectory, ReadOnlySpan<(string Option, string? Destination)> others)
    {
        if (destination is null)
        {
            return null;
        }

        string allowed = canBeDirectory ? "FILE, DIRECTORY/ or -" : "FILE or -";
        if (destination.Length == 0)
        {
            _errors.Add(new UsageError(option, destination, "the destination is empty", allowed));
        }
        else if (destination.EndsWith('/') && !canBeDirectory)
        {
            _errors.Add(new UsageError(option, destination, "this is a directory", allowed));
        }

        foreach ((string otherOption, string? other) in others)
        {
            if (other is not null && AccessLogWriter.IsStandardOutput(destination) && AccessLogWriter.IsStandardOutput(other))
            {
                _errors.Add(new UsageError(
                    option, destination, $"{otherOption} has standard output already, which only one of the two can have", allowed));
            }
        }

        return destination;
    }

    private AdminAddress? ReadAdmin()
    {
        switch (_flags.Admin)
        {
            case null:
                return AdminAddress.Default;
            case AdminAddress.Off:
                return null;
            case { } text:
                if (ListenAddress.Parse(text, out string? error) is { } address)
                {
                    return new AdminAddress(address.EndPoint, IsDefault: false);
                }

                _errors.Add(new UsageError("--admin", text, error!, AdminAddress.Allowed));
                return null;
        }
    }

    private int ReadNumber(string option, string text, int minimum, int maximum, string unit)
    {
        bool isNumber = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number);
        if (isNumber && char.IsAsciiDigit(text[0]) && number >= minimum && number <= maximum)
        {
            return number;
        }

        _errors.Add(new UsageError(option, text, isNumber ? "out of range" : "this is not a whole number", $"{minimum}–{maximum}{unit}"));
        return minimum;
    }
}
