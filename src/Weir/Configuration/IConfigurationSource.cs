namespace Weir.Configuration;

/// <summary>Where the definitions of a node come from. Loading may fail, and leaves nothing behind then.</summary>
internal interface IConfigurationSource
{
    /// <summary>Whether loading again may give something else.</summary>
    bool CanChange { get; }

    /// <summary>What it is called in messages: `app.yaml`.</summary>
    string Name { get; }

    /// <summary>The code for a process that cannot start because of it.</summary>
    ExitCode ErrorCode { get; }

    ConfigurationLoad Load();
}
