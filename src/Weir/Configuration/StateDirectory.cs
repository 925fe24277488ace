using Weir.Balancer;

namespace Weir.Configuration;

/// <summary>The folder for what a node keeps over restarts: as yet the key of the stickiness cookies.</summary>
internal static class StateDirectory
{
    private const string KeyFile = "stickiness.key";

    /// <summary>What was asked for, else the service manager's folder, else the user's; null if there is no home.</summary>
    // Source: systemd.exec(5), StateDirectory=; XDG Base Directory Specification
    public static string? Find(string? given, Func<string, string?> environment)
    {
        if (!string.IsNullOrEmpty(given))
        {
            return given;
        }

        // systemd gives several folders with colons between them; the first is the unit's own.
        if (environment("STATE_DIRECTORY") is { Length: > 0 } service)
        {
            return service.Split(':')[0];
        }

        if (environment("XDG_STATE_HOME") is { Length: > 0 } user)
        {
            return Path.Combine(user, "weir");
        }

        return environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "state", "weir") : null;
    }

    /// <summary>The key kept there, made if need be; an ephemeral one, and the reason, if that cannot be.</summary>
    public static StickyKey LoadKey(string? folder, out string? problem)
    {
        problem = null;
        try
        {
            if (folder is not null)
            {
                return StickyKey.LoadOrCreate(Path.Combine(folder, KeyFile));
            }

            problem = "there is no folder to keep it in; --state-dir names one";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            problem = exception.Message;
        }

        return StickyKey.Ephemeral();
    }
}
