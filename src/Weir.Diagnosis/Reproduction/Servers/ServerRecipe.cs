namespace Weir.Diagnosis;

/// <summary>How a kind of target is started, and what it is called. It holds no running server.</summary>
internal abstract class ServerRecipe
{
    /// <summary>`Node.js v20.20.2`.</summary>
    public abstract string Name { get; }

    /// <summary>What its keep-alive is set to without a fix, in its own words.</summary>
    public abstract string PlainSetting { get; }

    /// <summary>A remark that the reader needs to judge the result; empty if there is none.</summary>
    public virtual string Remark => "";

    /// <summary>Whether it can be started again with another keep-alive.</summary>
    public virtual bool CanBeFixed => true;

    /// <summary>The longest that it may take to start.</summary>
    public virtual TimeSpan StartLimit => ServerProcess.StartLimit;

    /// <summary>What a process is started behind, see <see cref="ReproductionOptions.Guard"/>; set once, before any start.</summary>
    public IReadOnlyList<string> Guard { protected get; set; } = [];

    /// <summary>The setting that outlives this idle timeout, in the server's own words.</summary>
    public abstract string FixedSetting(TimeSpan keepAlive);

    /// <summary>Starts one. Without <paramref name="keepAlive"/> it stays as it comes.</summary>
    public abstract Task<TargetServer> Start(TimeSpan? keepAlive, CancellationToken cancel);
}
