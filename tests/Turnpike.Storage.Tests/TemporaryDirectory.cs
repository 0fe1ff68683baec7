namespace Turnpike.Storage.Tests;

/// <summary>A directory that goes with its test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("turnpike-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
