using System.Collections.Immutable;
using System.Globalization;
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
        Source = ReadFlags(),
        AccessLog = ReadAccessLog(),
        Loops = _flags.Loops is null ? null : ReadNumber("--loops", _flags.Loops, 1, MaxLoops, ""),
        DrainLimit = TimeSpan.FromSeconds(
            _flags.DrainTimeout is null
                ? DefaultDrainSeconds
                : ReadNumber("--drain-timeout", _flags.DrainTimeout, 0, MaxDrainSeconds, " seconds")),
        Admin = ReadAdmin(),
        StateDirectory = _flags.StateDirectory,
        NeedsSampleTarget = _flags.Template is null && _flags.Target.Length == 0,
    };

    private FlagConfiguration ReadFlags()
    {
        string name = _flags.Name ?? FlagConfiguration.DefaultName;
        if (ResourceNames.AwsRefusal("Load balancer", name) is not null)
        {
            _errors.Add(new UsageError("--name", name, "this is not a name", ResourceNames.Allowed));
        }

        if (_flags.HealthCheckPath is { } path && !path.StartsWith('/'))
        {
            _errors.Add(new UsageError("--health-check-path", path, "this is not a path", "a path that begins with a slash"));
        }

        return new FlagConfiguration
        {
            Listeners = ReadListeners(),
            Targets = ReadTargets(),
            Attributes = AttributeFlags.Read(_flags.Attribute, SettingsOfOptions(), _errors),
            BaseName = name,
            HealthCheckPath = _flags.HealthCheckPath,
        };
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
            if (ListenAddress.Parse(text, out string? error) is not { } listener)
            {
                _errors.Add(new UsageError("--listen", text, error!, ListenAddress.Allowed));
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

    private ImmutableArray<TargetUrl> ReadTargets()
    {
        var read = ImmutableArray.CreateBuilder<TargetUrl>();
        foreach (string text in _flags.Target)
        {
            if (TargetUrl.Parse(text, out string? error) is not { } target)
            {
                _errors.Add(new UsageError("--target", text, error!, TargetUrl.Allowed));
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

    private string? ReadAccessLog()
    {
        if (_flags.AccessLog is not { Length: 0 })
        {
            return _flags.AccessLog;
        }

        _errors.Add(new UsageError("--access-log", "", "the destination is empty", "FILE, DIRECTORY/ or -"));
        return null;
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
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= minimum && number <= maximum)
        {
            return number;
        }

        _errors.Add(new UsageError(option, text, "this is not such a number", $"{minimum}–{maximum}{unit}"));
        return minimum;
    }
}
