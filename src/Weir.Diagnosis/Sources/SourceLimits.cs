namespace Weir.Diagnosis.Sources;

/// <summary>How much of everything the sources of logs hold at once, and how patient they are.</summary>
internal static class SourceLimits
{
    /// <summary>Bytes asked of the system at once: large, so that a file costs few calls.</summary>
    public const int FileBufferBytes = 256 * 1024;

    /// <summary>Bytes that one read decompresses at most: what a damaged place can take with it.</summary>
    public const int DecompressionBytes = 128 * 1024;

    /// <summary>Links that one path may lead through; so many are followed by Linux too.</summary>
    // Source: path_resolution(7)
    public const int MaxLinks = 40;

    /// <summary>Folders within folders that <c>**</c> looks into.</summary>
    public const int MaxFolderDepth = 64;

    /// <summary>Sentences about unreadable files and folders that are kept.</summary>
    public const int MaxUnreadable = 100;

    /// <summary>How far outside the period asked for an interval may lie: lines are delivered late, and clocks differ.</summary>
    public static readonly TimeSpan PeriodMargin = TimeSpan.FromHours(1);

    /// <summary>Keys that one listing of S3 gives at most.</summary>
    // Source: Amazon S3 API reference, ListObjectsV2
    public const int KeysPerListing = 1_000;

    /// <summary>Folders of a bucket that are looked into for those of a region, before all its keys are listed instead.</summary>
    public const int MaxFolderListings = 100;

    /// <summary>Objects that are fetched before anybody has asked for them.</summary>
    public const int MaxReadAheadObjects = 8;

    /// <summary>The objects after an opened one that are fetched ahead.</summary>
    public const int ReadAheadObjects = 3;

    /// <summary>Bytes of a piece of an object, and pieces that one object holds in memory: 1 MiB together.</summary>
    public const int PieceBytes = 64 * 1024;
    public const int MaxPieces = 16;

    /// <summary>How often one object is asked for again when its connection drops, before it counts as unreadable.</summary>
    public const int MaxResumes = 8;

    /// <summary>How long a fetch may bring nothing before its connection counts as dropped.</summary>
    public static readonly TimeSpan StallTime = TimeSpan.FromSeconds(30);
}
