namespace Weir.Model;

/// <summary>What becomes of a request that meets a target connection which is being closed.</summary>
public enum StaleConnectionMode
{
    /// <summary>As ALB: 502, with the cause recorded beside it.</summary>
    Observe,

    /// <summary>Connections near the target's idle time are not reused, and a safe request is sent once more.</summary>
    Protect,
}
