namespace Weir.Diagnosis.Aws;

/// <summary>The services of AWS that a diagnosis asks.</summary>
internal enum AwsService
{
    S3,
    ElasticLoadBalancing,
}
