namespace Weir.Diagnosis.Tests.Aws;

/// <summary>Every test that touches the SDK, one after the other: it reads the environment at its first use, for the whole process.</summary>
[CollectionDefinition(Name)]
public sealed class AwsCollection : ICollectionFixture<AwsFixture>
{
    public const string Name = "AWS";
}
