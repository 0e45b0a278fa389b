using Fog.Wasm.Compiler;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Generator.Tests;

/// <summary>An edit compiles what it concerns, and nothing else.</summary>
public sealed class IncrementalTests
{
    private readonly Project project = new(
        ("Usings.cs", "global using Fog.Client;"),
        ("A.cs", "static class A { [FogFunction] static int F(int x) => Shared.Twice(x); }"),
        ("B.cs", "static class B { [FogFunction] static int G(int x) => x + 1; }"),
        ("Shared.cs", "static class Shared { public static int Twice(int x) => 2 * x; }"),
        ("Unrelated.cs", "class Unrelated { int x; }"));

    [Fact]
    public void At_first_all_are_compiled() => Assert.Equal([IncrementalStepRunReason.New, IncrementalStepRunReason.New], project.Compiled);

    [Fact]
    public void An_unrelated_edit_compiles_nothing()
    {
        project.Edit("Unrelated.cs", "class Unrelated { string y; void M() => System.Console.WriteLine(y); }");

        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached], project.Compiled);
    }

    [Fact]
    public void A_new_file_compiles_nothing()
    {
        project.Edit("New.cs", "class New;");

        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached], project.Compiled);
    }

    [Fact]
    public void A_file_that_is_parsed_again_with_the_same_text_compiles_nothing()
    {
        project.Edit("Shared.cs", "static class Shared { public static int Twice(int x) => 2 * x; }");

        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached], project.Compiled);
    }

    [Fact]
    public void An_edit_compiles_the_functions_that_reach_it_alone()
    {
        var (f, g) = (project.Module("f"), project.Module("g"));

        project.Edit("Shared.cs", "static class Shared { public static int Twice(int x) => x + x + 0 * x; }");

        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], project.Compiled);
        Assert.NotEqual(f, project.Module("f"));
        Assert.Equal(g, project.Module("g"));
    }

    [Fact]
    public void A_global_using_concerns_all()
    {
        project.Edit("Usings.cs", "global using Fog.Client; global using System;");

        Assert.DoesNotContain(IncrementalStepRunReason.Cached, project.Compiled);
    }

    [Fact]
    public void Nothing_of_an_old_compilation_is_kept()
    {
        project.Edit("Shared.cs", "static class Shared { public static int Twice(int x) => x + x; }");

        // The platform holds one of the references and the embedded source alone.
        var ours = project.Kept().Where(value => value.GetType().Assembly == typeof(FunctionGenerator).Assembly || value is FunctionPlatform).ToList();
        Assert.NotEmpty(ours);
        Assert.All(ours.Where(value => value is not FunctionPlatform), value => Assert.Null(Symbols.In(value)));
    }
}
