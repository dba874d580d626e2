// Validates a PDF against a flavour of PDF/A or PDF/UA with veraPDF's library. Arguments: FLAVOUR
// FILE, e.g. `2u page.pdf`. Prints `compliant=true`, or the broken rules. Exit code 1: a rule is
// broken; 2: the file could not be checked.

import java.io.File;
import java.util.LinkedHashSet;
import java.util.Set;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public final class VeraCheck {
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 2) {
            System.err.println("FLAVOUR FILE");
            System.exit(2);
        }
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour flavour = PDFAFlavour.fromString(arguments[0]);
        if (flavour == PDFAFlavour.NO_FLAVOUR) {
            System.err.println("no such flavour: " + arguments[0]);
            System.exit(2);
        }
        ValidationResult result;
        try (PDFAParser file = Foundries.defaultInstance().createParser(new File(arguments[1]), flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            result = validator.validate(file);
        }
        System.out.println(flavour + " compliant=" + result.isCompliant() + " of " + result.getTotalAssertions());
        Set<String> broken = new LinkedHashSet<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                broken.add(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber()
                        + " " + assertion.getMessage());
            }
        }
        broken.forEach(System.out::println);
        System.exit(result.isCompliant() ? 0 : 1);
    }
}
