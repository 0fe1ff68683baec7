using System.Reflection;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;

namespace Turnpike.Benchmarks.Stubs;

/// <summary>A store that has one key and can be asked for nothing else. Not sealed: the proxy is derived from it.</summary>
internal class OneKeyStore : DispatchProxy
{
    public static IStore Create() => Create<IStore, OneKeyStore>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod?.Name switch
    {
        nameof(IStore.FindKeyAsync) => Task.FromResult(args is [KeyHash hash, ..] && hash == Samples.Key.Key.Hash ? Samples.Key : null),
        _ => throw new NotSupportedException($"{targetMethod?.Name} is not part of what is measured."),
    };
}
