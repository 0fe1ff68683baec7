using System.Reflection;
using Turnpike.Core.Ledger;

namespace Turnpike.Gateway.Tests.Harness;

/// <summary>A store that cannot be reached, whatever it is asked.</summary>
public class AwayStore : DispatchProxy
{
    public static IStore Create() => Create<IStore, AwayStore>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new StoreUnavailableException("away");
}
