namespace Weir.Diagnosis;

/// <summary>The server that plays the target. Immutable.</summary>
/// <param name="Name">`Node.js v20.20.2`.</param>
/// <param name="PlainSetting">Its keep-alive without a fix, in its own words.</param>
/// <param name="FixedSetting">The setting that outlives the balancer.</param>
/// <param name="CanBeFixed">Whether it can be started again with that setting.</param>
/// <param name="Remark">What the reader needs to judge the result; may be empty.</param>
public sealed record ServerDescription(string Name, string PlainSetting, string FixedSetting, bool CanBeFixed, string Remark);
