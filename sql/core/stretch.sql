-- core.state in the words of an analyst: one row per campaign, person and stretch of days on
-- which nothing changes. Of several ways of being insured the first named counts: as an
-- employee, elsewhere, as a resident (paid, or funded in full), registered as a resident.
-- materialize: view
select
    campaign,
    person_no,
    from_day,
    until_day,
    exempt,
    certified,
    case
        when registered_employee_pension then 'employee'
        when registered_elsewhere_pension then 'elsewhere'
        when covered_pension then 'resident'
        when registered_pension then 'registered'
        else 'none'
    end as pension,
    case
        when registered_employee_medical then 'employee'
        when registered_elsewhere_medical then 'elsewhere'
        when covered_medical then 'resident'
        when registered_medical then 'registered'
        else 'none'
    end as medical,
    paid_critical as critical
from core.state
