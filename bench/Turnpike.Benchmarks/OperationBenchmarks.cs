using BenchmarkDotNet.Attributes;

namespace Turnpike.Benchmarks;

/// <summary>Times every operation. Not sealed: BenchmarkDotNet derives from it.</summary>
[MemoryDiagnoser]
public class OperationBenchmarks
{
    private IOperation _operation = null!; // set by Setup, before anything is run

    [ParamsSource(nameof(Names))]
    public string Operation { get; set; } = "";

    public static IEnumerable<string> Names => OperationList.Names;

    [GlobalSetup]
    public void Setup() => _operation = OperationList.Create(Operation);

    [Benchmark]
    public long Run() => _operation.Run();

    [GlobalCleanup]
    public void Cleanup() => _operation.Dispose();
}
