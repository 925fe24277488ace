namespace Weir.Hosting;

/// <summary>How the attempt to put another configuration into force has ended.</summary>
internal enum SnapshotChange
{
    /// <summary>The new configuration is in force, whole.</summary>
    Done,

    /// <summary>It was refused before anything of it was in force.</summary>
    Refused,

    /// <summary>A part of it could not be put into force, so the one before is in force again.</summary>
    Restored,

    /// <summary>As restored, but something of the one before could not be put back.</summary>
    Incomplete,
}
