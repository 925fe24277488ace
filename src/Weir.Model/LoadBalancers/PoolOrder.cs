namespace Weir.Model;

/// <summary>Which idle target connection is reused first.</summary>
public enum PoolOrder
{
    /// <summary>The one used last: the rest grow old and go.</summary>
    NewestFirst,

    /// <summary>The one idle for longest: all stay in use, and near the target's idle time.</summary>
    OldestFirst,
}
