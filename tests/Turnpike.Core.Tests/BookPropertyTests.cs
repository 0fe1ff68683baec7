using FsCheck;
using FsCheck.Fluent;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Core.Tests;

/// <summary>Random lives of an account against a model that is too simple to be wrong.</summary>
public sealed class BookPropertyTests
{
    [Fact]
    public void Whatever_happens_the_sums_are_right_nothing_is_negative_and_no_limit_is_overrun()
    {
        Prop.ForAll(Steps().ArrayOf().ToArbitrary(), static steps => Run(steps)).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(200));
    }

    private static Gen<Step> Steps()
    {
        var amount = Gen.Choose(0, 400);
        return Gen.Frequency(
            (6, from key in Gen.Choose(0, 2) from a in amount select new Step(StepKind.Hold, key, a)),
            (3, from key in Gen.Choose(0, 2) from a in amount select new Step(StepKind.ElasticHold, key, a)),
            (6, from which in Gen.Choose(0, 50) from a in amount select new Step(StepKind.Post, which, a)),
            (1, from which in Gen.Choose(0, 50) select new Step(StepKind.Void, which, 0)),
            (1, from which in Gen.Choose(0, 50) select new Step(StepKind.Expire, which, 0)),
            (1, from which in Gen.Choose(0, 50) from a in amount select new Step(StepKind.SettleAgain, which, a)),
            (1, from a in Gen.Choose(1, 500) select new Step(StepKind.Grant, 0, a)),
            (1, from key in Gen.Choose(0, 2) from a in Gen.Choose(0, 600) select new Step(StepKind.RaiseLimit, key, a)),
            (1, from hours in Gen.Choose(1, 40) select new Step(StepKind.Clock, 0, hours)));
    }

    private static void Run(Step[] steps)
    {
        var life = new BookLife();
        foreach (var step in steps)
        {
            life.Take(step);
            life.Check();
        }

        life.EndAll();
        life.Check();
    }
}
