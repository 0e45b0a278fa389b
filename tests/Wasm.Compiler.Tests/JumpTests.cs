namespace Fog.Wasm.Compiler.Tests;

/// <summary>goto in all its forms, against .NET.</summary>
public sealed class JumpTests
{
    public static TheoryData<string, string> Programs => new()
    {
        { "forwards", "int n = a; if (a > b) goto end; n += 10; end: return n;" },
        { "over another label", "int n = 0; if (a > 2) goto second; if (b > 2) goto first; n += 1; first: n += 10; second: n += 100; return n;" },
        { "backwards", "int i = 0, n = 0; again: n += i * 3; i++; if (i < (a & 7)) goto again; return n;" },
        { "both ways", "int i = 0, n = b; top: i++; if (i > 5) goto end; if (i == 3) goto top; n += i; goto top; end: return n * 10 + i;" },
        { "out of loops", "int n = 0; for (int i = 0; i < 5; i++) for (int j = 0; j < 5; j++) { n += i * j; if (n > (a & 15)) goto found; } n = -1; found: return n;" },
        { "back out of loops", "int n = 0, k = 0; retry: k++; for (int i = 0; i < 4; i++) { n += i + k; if (n % 7 == (a & 3) && k < 4) goto retry; } return n * 10 + k;" },
        { "in a nested block", "int n = 0; for (int i = 0; i < 4; i++) { int k = 0; { inner: k++; n += k; if (k < i) goto inner; } } return n + a;" },
        { "label on a loop", "int n = 0, t = 0; loop: while (t < 3) { t++; n += t; if (n == 3) goto loop; n += 2; } return n + b;" },
        { "two labels on one statement", "int n = a & 3; if (n == 0) goto x; if (n == 1) goto y; n += 5; x: y: n += 7; return n;" },
        { "label at the end", "int n = a; { if (n > 3) goto done; n *= 2; done: ; } return n;" },
        { "goto case", "switch (a) { case 0: goto case 2; case 1: return 1; case 2: b += 5; goto default; case 3: goto case 1; default: return b; }" },
        { "goto case backwards", "int n = 0; switch (a & 3) { case 0: n += 1; break; case 1: n += 10; goto case 0; case 2: n += 100; goto case 1; default: n += 1000; goto case 2; } return n + b;" },
        { "goto case in a loop of itself", "int n = 0; switch (a & 1) { case 0: n++; if (n < 5) goto case 0; break; case 1: n += 2; if (n < 9) goto case 1; goto case 0; } return n;" },
        { "goto case in nested switches", "int n = 0; for (int i = 0; i < 3; i++) switch (i) { case 0: switch (b & 1) { case 0: n += 3; goto case 1; case 1: n += 5; break; } break; case 1: goto case 0; default: n *= 2; break; } return n + a;" },
        { "goto case of a string", "switch (a > 2 ? \"x\" : \"y\") { case \"x\": goto case \"y\"; case \"y\": return b; } return -1;" },
        { "return within", "int i = 0; top: if (i > 3) return i * 2; i += (a & 1) + 1; goto top;" },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_jump_leads_where_it_does_on_DotNet(string name, string body) => Differential.Agree(name, body, "");
}
